#include "etcd/http2/tls_bio.h"

#include <cerrno>
#include <cstdint>

#include <sys/socket.h>

namespace holdfast::etcd::http2 {
namespace {

int descriptor(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool try_again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int write_bytes(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::send(descriptor(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (count < 0 && try_again()) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

int read_bytes(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::recv(descriptor(bio), into, static_cast<std::size_t>(size), 0);
  if (count < 0 && try_again()) BIO_set_retry_read(bio);
  if (count == 0) errno = 0;  // so that the end of the connection is not taken for an older error
  return static_cast<int>(count);
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* method() {
  static BIO_METHOD* const made = [] {
    BIO_METHOD* fresh = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "holdfast socket");
    BIO_meth_set_write(fresh, write_bytes);
    BIO_meth_set_read(fresh, read_bytes);
    BIO_meth_set_ctrl(fresh, control);
    return fresh;
  }();
  return made;
}

}  // namespace

BIO* make_socket_bio(int fd) {
  BIO* bio = BIO_new(method());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace holdfast::etcd::http2
