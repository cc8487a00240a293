#include "http/server/mailbox.h"

namespace holdfast::http {

bool Mailbox::post(Message message) {
  const std::scoped_lock lock(mutex_);
  if (!wake_) return false;
  messages_.push_back(std::move(message));
  if (messages_.size() == 1) wake_();  // one call of take() is for all
  return true;
}

std::vector<Message> Mailbox::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(messages_, {});
}

std::vector<Message> Mailbox::close() {
  const std::scoped_lock lock(mutex_);
  wake_ = nullptr;
  return std::exchange(messages_, {});
}

}  // namespace holdfast::http
