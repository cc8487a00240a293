#include "launcher/member/next_step.h"

#include <utility>

#include <fmt/format.h>

namespace holdfast::launcher {
namespace {

constexpr const char* kByHand = "see docs/formats/member-directories.md for how to sort it out by hand";

class Decision {
 public:
  Decision(const MemberDisk& disk, const Wanted& wanted)
      : disk_(disk),
        wanted_(wanted),
        live_(disk.live == Live::there),
        live_is_ours_(live_ && disk.live_facts && disk.live_facts->id == wanted.id),
        staged_(disk.find(Kind::staged, wanted.id)),
        before_(disk.find(Kind::before, wanted.id)),
        undone_(disk.find(Kind::undone, wanted.id)) {}

  Step run() const {
    if (!is_restore_id(wanted_.id))
      return refuse(fmt::format("\"{:.80}\" is not the id of a restore", wanted_.id), "give 1 to 63 of a-z, 0-9 and -");
    switch (wanted_.goal) {
      case Goal::staged:
        return staged();
      case Goal::swapped:
        return swapped();
      case Goal::returned:
        return returned();
      case Goal::forgotten:
        return forgotten();
    }
    return refuse("nothing is wanted", "");
  }

 private:
  Step staged() const {
    if (const auto cleaning = clean_up(); cleaning.kind != StepKind::done) return cleaning;
    if (staged_ != nullptr && staged_->facts && key_of(*staged_->facts) == wanted_.key) return done();
    if (live_is_ours_) return refuse(fmt::format("{} is what restore {} staged, already", live(), id()), "");
    if (before_ != nullptr || undone_ != nullptr) {
      return refuse(fmt::format("restore {} was carried out here before", id()),
                    "stage under another id, or forget that restore first");
    }
    if (journal_is_ours())
      return refuse(fmt::format("the swap of restore {} has begun", id()), "go on with it, or take it back first");
    if (staged_ != nullptr) return rename(name(Kind::staged), name(Kind::removing));
    return {.kind = StepKind::build, .to = name(Kind::building)};
  }

  Step swapped() const {
    if (const auto other = half_done_other(); !other.empty()) return refuse_other(other);
    if (live_is_ours_) return finish();
    if (live_ && before_ != nullptr) return refuse_stranger();
    // Taken back, but not to the end: `undone` is what was staged, and nobody has run the other since.
    const bool from_undone = staged_ == nullptr && !live_ && before_ != nullptr && undone_ != nullptr && undone_->facts;
    if (!from_undone && (staged_ == nullptr || !staged_->facts)) return settled_but(refuse_nothing_staged());
    if (disk_.held) return refuse_held();
    if (!journal_says(Doing::swap)) return write_journal(Doing::swap);
    if (live_) return rename(disk_.layout.base, name(Kind::before));
    if (disk_.live == Live::empty) return {.kind = StepKind::remove_empty, .from = disk_.layout.base};
    return rename(name(from_undone ? Kind::undone : Kind::staged), disk_.layout.base);
  }

  Step returned() const {
    if (const auto other = half_done_other(); !other.empty()) return refuse_other(other);
    if (before_ == nullptr) return returned_without_before();
    if (live_ && !live_is_ours_) return refuse_stranger();
    if (live_ && undone_ != nullptr)
      return refuse(fmt::format("{} is there already", path(Kind::undone)), "move it away under another name");
    if (disk_.held) return refuse_held();
    if (!journal_says(Doing::back)) return write_journal(Doing::back);
    if (live_) return rename(disk_.layout.base, name(Kind::undone));
    if (disk_.live == Live::empty) return {.kind = StepKind::remove_empty, .from = disk_.layout.base};
    return rename(name(Kind::before), disk_.layout.base);
  }

  // Either it was never swapped, or it is back already, or there is no way back.
  Step returned_without_before() const {
    if (live_is_ours_) {
      return settled_but(
          refuse(fmt::format("there is nothing to go back to: when restore {} was swapped in, {} was missing or "
                             "empty, or what was there has been given up since",
                             id(), live()),
                 "restore another backup, under another id"));
    }
    if (!live_ && undone_ != nullptr) {
      return refuse(fmt::format("neither {} nor {} is there", live(), path(Kind::before)), kByHand);
    }
    return finish();
  }

  Step forgotten() const {
    if (before_ != nullptr && !live_) {
      return refuse(fmt::format("{} is the only data there is: {} is missing or empty", path(Kind::before), live()),
                    "finish the swap of this restore first, or take it back");
    }
    if (before_ != nullptr && !disk_.live_facts) return refuse_stranger();
    if (undone_ != nullptr && !live_)
      return refuse(fmt::format("{} is missing, and {} may be all there is", live(), path(Kind::undone)), kByHand);
    if (journal_is_ours()) return {.kind = StepKind::clear_journal};
    for (const Kind kind : {Kind::removing, Kind::building}) {
      if (disk_.find(kind, wanted_.id) != nullptr) return {.kind = StepKind::remove_tree, .from = name(kind)};
    }
    for (const Kind kind : {Kind::staged, Kind::undone, Kind::before}) {
      if (disk_.find(kind, wanted_.id) != nullptr) return rename(name(kind), name(Kind::removing));
    }
    return done();
  }

  // What nobody waits for: half-built and half-removed directories of whatever restore.
  Step clean_up() const {
    for (const StoredDirectory& one : disk_.others) {
      if (one.kind == Kind::building || one.kind == Kind::removing)
        return {.kind = StepKind::remove_tree, .from = disk_.layout.name(one.kind, one.id)};
    }
    if (!disk_.leftovers.empty()) return {.kind = StepKind::remove_tree, .from = disk_.leftovers.front()};
    return done();
  }

  // Something whole runs, or can: what is refused leaves it so, and no journal that says otherwise.
  Step settled_but(Step refusal) const {
    if (live_ && journal_is_ours()) return {.kind = StepKind::clear_journal};
    return refusal;
  }

  // The id of another restore that took away what ran and has not put anything in its place.
  std::string half_done_other() const {
    if (live_ || journal_is_ours()) return "";  // ours is written only when no other is half done
    for (const StoredDirectory& one : disk_.others) {
      if (one.kind != Kind::before || one.id == wanted_.id) continue;
      const bool in_journal = disk_.journal_state == JournalState::readable && disk_.journal.id == one.id;
      if (in_journal || disk_.find(Kind::staged, one.id) != nullptr || disk_.find(Kind::undone, one.id) != nullptr)
        return one.id;
    }
    return "";
  }

  bool journal_is_ours() const {
    return disk_.journal_state == JournalState::readable && disk_.journal.id == wanted_.id;
  }
  bool journal_says(Doing doing) const { return journal_is_ours() && disk_.journal.doing == doing; }

  // All is where it should be. A journal that cannot be read has nothing more to say then, and neither has another
  // restore's: it is not half done.
  Step finish() const {
    if (disk_.journal_state != JournalState::none) return {.kind = StepKind::clear_journal};
    return done();
  }

  static Step done() { return {.kind = StepKind::done}; }
  static Step rename(std::string from, std::string to) {
    return {.kind = StepKind::rename, .from = std::move(from), .to = std::move(to)};
  }
  static Step refuse(std::string reason, std::string hint) {
    return {.kind = StepKind::refuse, .reason = std::move(reason), .hint = std::move(hint)};
  }
  Step write_journal(Doing doing) const {
    return {.kind = StepKind::write_journal, .journal = {.doing = doing, .id = wanted_.id}};
  }
  Step refuse_other(const std::string& other) const {
    return refuse(fmt::format("{} is not there, since the swap of restore {} is half done", live(), other),
                  "finish that one first, or take it back");
  }
  Step refuse_held() const { return refuse(fmt::format("etcd still runs on {}", live()), "stop it first"); }
  Step refuse_stranger() const {
    return refuse(fmt::format("{} is kept, but {} is not what restore {} put in its place: something else made it, or "
                              "its staged.json is gone",
                              path(Kind::before), live(), id()),
                  kByHand);
  }
  Step refuse_nothing_staged() const {
    if (before_ != nullptr)
      return refuse(fmt::format("what restore {} staged is gone or damaged; {} is there", id(), path(Kind::before)),
                    "take the restore back");
    if (staged_ != nullptr)
      return refuse(fmt::format("{} is not proven: its staged.json is missing, or not its own", path(Kind::staged)),
                    "stage it again");
    if (undone_ != nullptr)
      return refuse(fmt::format("restore {} was taken back; what it brought is {}", id(), path(Kind::undone)),
                    "restore again, under another id");
    return refuse(fmt::format("nothing is staged for restore {} beside {}", id(), live()), "stage it first");
  }

  const std::string& id() const { return wanted_.id; }
  std::string live() const { return disk_.layout.live(); }
  std::string name(Kind kind) const { return disk_.layout.name(kind, wanted_.id); }
  std::string path(Kind kind) const { return disk_.layout.path(name(kind)); }

  const MemberDisk& disk_;
  const Wanted& wanted_;
  const bool live_;
  const bool live_is_ours_;
  const StoredDirectory* const staged_;
  const StoredDirectory* const before_;
  const StoredDirectory* const undone_;
};

}  // namespace

StageKey key_of(const StagedFacts& facts) {
  return {.source_sha256 = facts.source_sha256,
          .cluster_id = facts.cluster_id,
          .member_id = facts.member_id,
          .revision_bump = facts.revision_bump};
}

Step next_step(const MemberDisk& disk, const Wanted& wanted) {
  return Decision(disk, wanted).run();
}

}  // namespace holdfast::launcher
