// What we encrypt, the age program opens, and the other way round.
#include <gtest/gtest.h>

#include "integration/terminal_program.h"

#include "os/file_system.h"
#include "pipeline/age.h"
#include "support/etcd_server.h"
#include "support/fixed_random.h"
#include "support/temp_dir.h"

namespace holdfast::pipeline::age {
namespace {

using test::run_program;

constexpr const char* kPassphrase = "correct horse battery staple";
constexpr const char* kPrompt = "assphrase";  // "Enter passphrase…", "Confirm passphrase…"

std::string noise(std::size_t size) {
  Bytes bytes(size);
  test::FixedRandom(7).fill(bytes);
  return std::string(as_text(bytes));
}

class AgeProgram : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_program({"age-keygen", "-o", key_file()}).exit_code, 0);
    const std::string text = read("key.txt");
    auto identities = parse_identities(text);
    ASSERT_TRUE(identities) << identities.error().to_string();
    identity_ = identities->front();
  }

  std::string key_file() const { return directory_.file("key.txt"); }

  std::string read(const std::string& name) const {
    const auto bytes = os::read_file(os::real_file_system(), directory_.file(name), 64 * kMiB);
    return bytes ? std::string(as_text(*bytes)) : "cannot read " + name;
  }

  void write(const std::string& name, std::string_view text) const {
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), directory_.file(name), as_bytes(text)));
  }

  static std::string encrypt(std::string_view plain, const EncryptTo& to) {
    MemorySink sink(64 * kMiB);
    const auto encryptor = make_encryptor(to, os::real_random(), sink);
    if (!encryptor || !(*encryptor)->write(as_bytes(plain)) || !(*encryptor)->finish()) return "cannot encrypt";
    return std::string(as_text(sink.bytes()));
  }

  static Result<std::string> decrypt(std::string_view file, const DecryptWith& with) {
    MemorySource source(as_bytes(file));
    HF_ASSIGN(const auto decryptor, make_decryptor(with, source));
    HF_ASSIGN(const Bytes plain, read_all(*decryptor, 64 * kMiB));
    return std::string(as_text(plain));
  }

  EncryptTo to_key() const { return {.recipients = {identity_.recipient()}, .passphrase = {}}; }
  DecryptWith with_key() const { return {.identities = {identity_}, .passphrase = {}}; }

  const test::TempDir directory_;
  Identity identity_ = Identity::generate(os::real_random());
};

TEST_F(AgeProgram, AgreesOnTheRecipientOfAnIdentity) {
  EXPECT_EQ(run_program({"age-keygen", "-y", key_file()}).out, identity_.recipient().to_string() + "\n");
}

TEST_F(AgeProgram, ReadsAnIdentityMadeHere) {
  const Identity made = Identity::generate(os::real_random());
  write("made.txt", made.to_secret_string().reveal());
  EXPECT_EQ(run_program({"age-keygen", "-y", directory_.file("made.txt")}).out, made.recipient().to_string() + "\n");
}

TEST_F(AgeProgram, OpensWhatWasEncryptedHere) {
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 131072U, 3'000'000U}) {
    const std::string plain = noise(size);
    const auto opened = run_program({"age", "-d", "-i", key_file()}, encrypt(plain, to_key()));
    EXPECT_EQ(opened.exit_code, 0) << size << ": " << opened.err;
    EXPECT_EQ(opened.out, plain) << size;
  }
}

TEST_F(AgeProgram, WritesWhatIsOpenedHere) {
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 131072U, 3'000'000U}) {
    const std::string plain = noise(size);
    const auto file = run_program({"age", "-r", identity_.recipient().to_string()}, plain);
    ASSERT_EQ(file.exit_code, 0) << file.err;
    EXPECT_EQ(decrypt(file.out, with_key()), plain) << size;
  }
}

TEST_F(AgeProgram, AgreesOnFilesForSeveralRecipients) {
  EncryptTo to = to_key();
  to.recipients.insert(to.recipients.begin(), Identity::generate(os::real_random()).recipient());
  EXPECT_EQ(run_program({"age", "-d", "-i", key_file()}, encrypt("snapshot", to)).out, "snapshot");

  const auto file =
      run_program({"age", "-r", to.recipients[0].to_string(), "-r", to.recipients[1].to_string()}, "snapshot");
  EXPECT_EQ(decrypt(file.out, with_key()), "snapshot");
}

TEST_F(AgeProgram, ReadsOneListOfRecipientsAsWeDo) {
  const std::string list = "# team\n\n" + identity_.recipient().to_string() + "\n";
  write("recipients.txt", list);
  const auto file = run_program({"age", "-R", directory_.file("recipients.txt")}, "snapshot");
  EXPECT_EQ(decrypt(file.out, with_key()), "snapshot");
  const auto recipients = parse_recipients(list);
  ASSERT_TRUE(recipients);
  EXPECT_EQ(recipients->front().point(), identity_.recipient().point());
}

TEST_F(AgeProgram, OpensWhatWasEncryptedHereWithAPassphrase) {
  const std::string plain = noise(100'000);
  for (const int work : {10, EncryptTo().scrypt_log_n}) {
    const EncryptTo to{.recipients = {}, .passphrase = Secret(kPassphrase), .scrypt_log_n = work};
    write("x.age", encrypt(plain, to));
    const auto opened = test::run_on_terminal({"age", "-d", "-o", directory_.file("x"), directory_.file("x.age")},
                                              kPrompt, {kPassphrase});
    EXPECT_EQ(opened.exit_code, 0) << opened.screen;
    EXPECT_EQ(read("x"), plain);
  }
}

TEST_F(AgeProgram, WritesWithAPassphraseWhatIsOpenedHere) {
  const std::string plain = noise(100'000);
  write("y", plain);
  const auto sealed = test::run_on_terminal({"age", "-p", "-o", directory_.file("y.age"), directory_.file("y")},
                                            kPrompt, {kPassphrase, kPassphrase});
  ASSERT_EQ(sealed.exit_code, 0) << sealed.screen;
  EXPECT_EQ(decrypt(read("y.age"), {.identities = {}, .passphrase = Secret(kPassphrase)}), plain);
  const auto wrong = decrypt(read("y.age"), {.identities = {}, .passphrase = Secret("wrong horse")});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::refused);
}

TEST_F(AgeProgram, RefusesAsWeDoWhatIsForSomebodyElse) {
  const Recipient somebody = Identity::generate(os::real_random()).recipient();
  EXPECT_NE(run_program({"age", "-d", "-i", key_file()}, encrypt("x", {.recipients = {somebody}, .passphrase = {}}))
                .exit_code,
            0);
  const auto opened = decrypt(run_program({"age", "-r", somebody.to_string()}, "x").out, with_key());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::refused);
}

TEST_F(AgeProgram, WritesArmourThatIsNamedAsUnsupported) {
  const auto opened = decrypt(run_program({"age", "-a", "-r", identity_.recipient().to_string()}, "x").out, with_key());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::unsupported);
}

}  // namespace
}  // namespace holdfast::pipeline::age
