// Nobody reads a value of a secret back: not with any command of kubectl, not from a log, an event, a status, and not
// from the bytes of any file.
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/kubectl_support.h"

#include "base/bytes.h"
#include "support/secret_traces.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kValue = "Str3ng-geheim/w0rt+x.y";

std::string encoded() {
  return to_base64(as_bytes(std::string_view(kValue)));
}

class KubectlSecrets : public KubectlTest {
 protected:
  void SetUp() override {
    auto started = HoldfastServer::start(flags());
    ASSERT_TRUE(started) << started.error().to_string();
    own = std::move(*started);
  }
  virtual std::vector<std::string> flags() { return {}; }

  // Everything kubectl says goes through here and is looked at.
  ProgramResult at(const std::vector<std::string>& words, const std::string& input = "") {
    ProgramResult result = run_as(own->kubeconfig(), words, input);
    EXPECT_EQ(trace_in(result.out, kValue), "") << fmt::format("{}", fmt::join(words, " ")) << '\n' << result.out;
    EXPECT_EQ(trace_in(result.err, kValue), "") << fmt::format("{}", fmt::join(words, " ")) << '\n' << result.err;
    return result;
  }
  void works(const std::vector<std::string>& words, const std::string& input = "") {
    const ProgramResult result = at(words, input);
    EXPECT_EQ(result.exit_code, 0) << fmt::format("{}", fmt::join(words, " ")) << '\n' << result.out << result.err;
  }
  static std::string manifest(const std::string& name, const std::string& rest) {
    return fmt::format("apiVersion: v1\nkind: Secret\nmetadata: {{name: {}, namespace: default}}\n{}", name, rest);
  }
  static std::string password() { return fmt::format("stringData: {{password: \"{}\"}}\n", kValue); }

  // Made in every way there is.
  void make_secrets() {
    const std::string from_file = file("value");
    std::ofstream(from_file) << kValue;
    works({"create", "secret", "generic", "literal", std::string("--from-literal=password=") + kValue});
    works({"create", "secret", "generic", "file", "--from-file=password=" + from_file});
    works({"apply", "-f", "-"}, manifest("applied", password()));
    works({"apply", "-f", "-"}, manifest("encoded", "data: {password: " + encoded() + "}\n"));
    works({"apply", "--server-side", "-f", "-"}, manifest("serverside", password()));
    works({"apply", "-f", "-"}, manifest("applied", password() + "type: Opaque\n"));
    works({"patch", "secret", "literal", "-p", fmt::format(R"({{"stringData":{{"more":"{}"}}}})", kValue)});
    works({"patch", "secret", "literal", "--type=json", "-p",
           fmt::format(R"([{{"op":"add","path":"/data/third","value":"{}"}}])", encoded())});
    works({"replace", "-f", "-"}, manifest("file", password()));
  }

  void read_in_every_way() {
    for (const char* form : {"yaml", "json", "wide", "name", "jsonpath={.data}", "jsonpath={.metadata.annotations}",
                             "custom-columns=V:.data.password", "go-template={{range .items}}{{.data}}{{end}}"}) {
      works({"get", "secrets", "-n", "default", "-o", form});
    }
    if (newest()) works({"get", "secrets", "-n", "default", "-o", "yaml", "--show-managed-fields"});
    works({"get", "secret", "literal", "-o", "jsonpath={.data.password}"});
    works({"get", "secrets", "-A", "-o", "yaml", "--sort-by=.data.password"});
    works({"describe", "secrets", "-n", "default"});
    works({"get", "--raw", "/api/v1/secrets"});
    works({"get", "--raw", "/api/v1/namespaces/default/secrets/applied"});
    works({"apply", "view-last-applied", "secret", "applied"});
  }

  void read_what_came_of_it() {
    for (const char* kinds : {"events", "seeds", "clusters.kubermatic.k8c.io", "ecfg", "op", "secrets"}) {
      works({"get", kinds, "-A", "-o", "yaml"});
      works({"describe", kinds, "-A"});
    }
  }

  void write_in_ways_that_answer() {
    for (const std::string& output : {std::string("yaml"), std::string("json")}) {
      works({"apply", "--dry-run=server", "-o", output, "-f", "-"}, manifest("applied", password()));
      works({"apply", "--server-side", "--dry-run=server", "-o", output, "-f", "-"},
            manifest("serverside", password()));
      works({"label", "secret", "applied", "x=y", "--overwrite", "-o", output});
      works({"patch", "secret", "literal", "-o", output, "-p", R"({"metadata":{"labels":{"a":"b"}}})"});
    }
    at({"diff", "-f", "-"}, manifest("literal", "stringData: {other: \"something\"}\n"));
    at({"create", "-f", "-"}, manifest("applied", password()));  // it is there already
    at({"apply", "-f", "-"}, manifest("bad", fmt::format("data: {{password: \"{}\"}}\n", kValue)));
    at({"apply", "--validate=false", "-f", "-"}, manifest("bad", fmt::format("data: [\"{}\"]\n", kValue)));
    at({"replace", "-f", "-"}, manifest("none", password()));
    at({"patch", "secret", "literal", "--type=json", "-p",
        fmt::format(R"([{{"op":"test","path":"/data/password","value":"{}"}}])", encoded())});
  }

  // A destination (no bucket has an address with a query) and a cluster that use them, in vain: what they say of it.
  void use_them() {
    works({"create", "-f", "-"},
          fmt::format("apiVersion: v1\nkind: Secret\nmetadata: {{name: bucket, namespace: kubermatic}}\n"
                      "stringData: {{ACCESS_KEY_ID: {0}, SECRET_ACCESS_KEY: \"{0}\"}}\n",
                      kValue));
    works({"apply", "-f", "-"},
          fmt::format(
              "apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {{name: s1, namespace: kubermatic}}\n"
              "spec:\n  etcdBackupRestore:\n    destinations:\n      d1:\n        endpoint: http://127.0.0.1:{}/?x\n"
              "        bucketName: bkt\n        credentials: {{name: bucket, namespace: kubermatic}}\n",
              free_port()));
    works({"create", "-f", "-"},
          fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: c1}}\nspec:\n  etcd:\n"
                      "    endpoints: [\"http://127.0.0.1:{}\"]\n    authSecretRef: {{name: etcd}}\n",
                      free_port()));
    works({"create", "-n", "cluster-c1", "-f", "-"},
          fmt::format("apiVersion: v1\nkind: Secret\nmetadata: {{name: etcd}}\n"
                      "stringData: {{username: root, password: \"{}\"}}\n",
                      kValue));
    works({"create", "-f", "-"},
          "apiVersion: kubermatic.k8c.io/v1\nkind: EtcdBackupConfig\nmetadata: {name: once, namespace: cluster-c1}\n"
          "spec: {cluster: {name: c1}, destination: d1}\n");
    const std::string probed = file("probed");
    ChildProcess watch =
        start_as(own->kubeconfig(), {"get", "seed", "s1", "-n", "kubermatic", "-w", "-o", "json"}, probed);
    EXPECT_TRUE(wait_for(probed, "\"usable\": false")) << read(probed);
  }

  void expect_clean_files() {
    EXPECT_EQ(trace_in(own->output(), kValue), "") << own->output();
    EXPECT_THAT(traces_in_files(own->file("data"), kValue), IsEmpty());
    EXPECT_THAT(traces_in_files(own->file("server.log"), kValue), IsEmpty());
  }

  // As bytes, whether the server still has it, is asked of nobody but the server itself: it gives it to what uses it.
  std::string shown_version(const std::string& name) {
    return at({"get", "secret", name, "-o", "jsonpath={.metadata.resourceVersion}"}).out;
  }

  std::unique_ptr<HoldfastServer> own;
};

TEST_P(KubectlSecrets, NoCommandShowsAValue) {
  const std::string watched = file("watched");
  make_secrets();
  ChildProcess watch = start_as(own->kubeconfig(), {"get", "secrets", "-A", "-w", "-o", "yaml"}, watched);
  read_in_every_way();
  write_in_ways_that_answer();
  works({"delete", "secret", "literal"});
  ASSERT_TRUE(wait_for(watched, "literal"));
  watch.signal(15);
  watch.wait();

  EXPECT_EQ(trace_in(read(watched), kValue), "");
  expect_clean_files();
}

TEST_P(KubectlSecrets, WhoUsesAValueDoesNotTellIt) {
  use_them();
  read_what_came_of_it();
  EXPECT_EQ(own->stop(), 0);
  expect_clean_files();
}

TEST_P(KubectlSecrets, AnEditThatSendsBackWhatWasShownKeepsTheValue) {
  works({"create", "secret", "generic", "s", std::string("--from-literal=password=") + kValue});
  works({"label", "secret", "s", "tier=one"});
  editor = "sed -i s/tier:.*/tier:\\ two/";
  works({"edit", "secret", "s"});
  EXPECT_EQ(at({"get", "secret", "s", "-o", "jsonpath={.metadata.labels.tier}"}).out, "two");
  works({"replace", "-f", "-"}, at({"get", "secret", "s", "-o", "yaml"}).out);
  works({"apply", "-f", "-"}, at({"get", "secret", "s", "-o", "yaml"}).out);
  works({"apply", "--server-side", "--force-conflicts", "-f", "-"},
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\ndata: {password: KGhpZGRlbik=}\n");

  EXPECT_THAT(at({"describe", "secret", "s"}).out, HasSubstr("password"));
  // What stands for a value is refused where there is none it could stand for.
  EXPECT_THAT(at({"patch", "secret", "s", "-p", R"({"data":{"other":"KGhpZGRlbik="}})"}).err, HasSubstr("data[other]"));
}

TEST_P(KubectlSecrets, AnotherKeyForSecretsSealsThemAnew) {
  works({"create", "secret", "generic", "s", std::string("--from-literal=password=") + kValue});
  const std::string before = shown_version("s");
  const std::string key_file = own->file("data/secrets.key");
  const std::string old_keys = read(key_file);
  EXPECT_EQ(own->stop(), 0);

  own->add_flags({"--rotate-secrets-key"});
  ASSERT_TRUE(own->start_again());
  const std::string once = shown_version("s");
  EXPECT_NE(once, before);
  EXPECT_EQ(read(key_file).substr(0, old_keys.size()), old_keys);
  EXPECT_NE(read(key_file), old_keys);
  own->kill();
  ASSERT_TRUE(own->start_again());

  EXPECT_NE(shown_version("s"), once);
  EXPECT_THAT(own->output(), Not(HasSubstr("cannot be opened")));
  expect_clean_files();
}

INSTANTIATE_TEST_SUITE_P(Versions, KubectlSecrets, testing::Values("1.20", "1.32"));

// The same with an etcd as the store: its files are looked at, too.
class KubectlSecretsInEtcd : public KubectlSecrets {
 protected:
  std::vector<std::string> flags() override {
    auto made = make_etcd_cluster({});
    EXPECT_TRUE(made) << made.error().to_string();
    etcd = std::move(*made);
    return {"--store", "etcd:" + etcd->endpoints().front()};
  }
  std::unique_ptr<EtcdCluster> etcd;
};

TEST_P(KubectlSecretsInEtcd, NoByteOfItIsInTheStoresFiles) {
  make_secrets();
  read_in_every_way();
  EXPECT_EQ(own->stop(), 0);
  etcd->stop(0);

  expect_clean_files();
  EXPECT_THAT(traces_in_files(etcd->data_dir(0), kValue), IsEmpty());
  EXPECT_THAT(traces_in_files(etcd->data_dir(0), "default/literal"), Not(IsEmpty())) << "the store lies elsewhere";
}

INSTANTIATE_TEST_SUITE_P(Versions, KubectlSecretsInEtcd, testing::Values("1.32"));

}  // namespace
}  // namespace holdfast::test
