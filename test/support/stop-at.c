/*
 * Preloaded into a program and all that it starts: counts the calls that change the file system,
 * over all of these processes together, and at a given call ends the one that makes it, ends all
 * of them, or lets the disk be full from there on.
 *
 *   STOP_COUNTER  a file of eight zero bytes, in which the calls are counted
 *   STOP_AT       the call, from 1; 0 only counts
 *   STOP_HOW      "one", "all" (the process group) or "full"
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static unsigned long *counter;
static unsigned long stop_at;
static const char *how = "";

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("STOP_COUNTER");
  const char *at = getenv("STOP_AT");
  if (getenv("STOP_HOW")) how = getenv("STOP_HOW");
  stop_at = at ? strtoul(at, NULL, 10) : 0;
  if (!file) return;
  int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int fd = real_open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *map = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED) counter = map;
  close(fd);
}

/* Count a call; whether it must fail for want of space. */
static int reached(int takes_space) {
  if (!counter) return 0;
  unsigned long n = __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
  if (stop_at == 0 || n < stop_at) return 0;
  if (!strcmp(how, "full")) {
    if (takes_space) errno = ENOSPC;
    return takes_space;
  }
  if (n == stop_at) {
    if (!strcmp(how, "all")) kill(0, SIGKILL);
    kill(getpid(), SIGKILL);
  }
  return 0;
}

static int on_disk(int fd) {
  struct stat st;
  int before = errno;
  int regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
  errno = before;
  return regular;
}

static int there(int dir, const char *path) {
  struct stat st;
  int before = errno;
  int found = fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
  errno = before;
  return found;
}

static int outside(const char *path) {
  return !strncmp(path, "/dev/", 5) || !strncmp(path, "/proc/", 6);
}

static int opening(int dir, const char *path, int flags) {
  if (outside(path)) return 0;
  if (there(dir, path)) {
    if ((flags & O_TRUNC) && !(flags & O_EXCL)) reached(0);
    return 0;
  }
  return (flags & O_CREAT) ? reached(1) : 0;
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define MODE(flags)                                   \
  mode_t mode = 0;                                    \
  if (flags & (O_CREAT | O_TMPFILE)) {                \
    va_list list;                                     \
    va_start(list, flags);                            \
    mode = va_arg(list, mode_t);                      \
    va_end(list);                                     \
  }

#define OPEN(name)                                    \
  int name(const char *path, int flags, ...) {        \
    MODE(flags)                                       \
    REAL(name);                                       \
    if (opening(AT_FDCWD, path, flags)) return -1;    \
    return real(path, flags, mode);                   \
  }
#define OPENAT(name)                                  \
  int name(int dir, const char *path, int flags, ...) { \
    MODE(flags)                                       \
    REAL(name);                                       \
    if (opening(dir, path, flags)) return -1;         \
    return real(dir, path, flags, mode);              \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                               \
  FILE *name(const char *path, const char *mode) {                                \
    REAL(name);                                                                   \
    int flags = *mode == 'r' ? 0 : O_CREAT | (*mode == 'w' ? O_TRUNC : 0);        \
    if (opening(AT_FDCWD, path, flags)) return NULL;                              \
    return real(path, mode);                                                      \
  }
FOPEN(fopen)
FOPEN(fopen64)

ssize_t write(int fd, const void *bytes, size_t size) {
  REAL(write);
  if (size > 0 && on_disk(fd) && reached(1)) return -1;
  return real(fd, bytes, size);
}
#define PWRITE(name, offset)                                            \
  ssize_t name(int fd, const void *bytes, size_t size, offset at) {     \
    REAL(name);                                                         \
    if (size > 0 && on_disk(fd) && reached(1)) return -1;               \
    return real(fd, bytes, size, at);                                   \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  if (on_disk(fd) && reached(1)) return -1;
  return real(fd, parts, count);
}

/* Names: a full disk can still rename and remove. */
int rename(const char *from, const char *to) {
  REAL(rename);
  reached(0);
  return real(from, to);
}
int renameat(int a, const char *from, int b, const char *to) {
  REAL(renameat);
  reached(0);
  return real(a, from, b, to);
}
int link(const char *from, const char *to) {
  REAL(link);
  if (!there(AT_FDCWD, to) && reached(1)) return -1;
  return real(from, to);
}
int symlink(const char *target, const char *path) {
  REAL(symlink);
  if (!there(AT_FDCWD, path) && reached(1)) return -1;
  return real(target, path);
}
int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  if (!there(AT_FDCWD, path) && reached(1)) return -1;
  return real(path, mode);
}
int unlink(const char *path) {
  REAL(unlink);
  if (there(AT_FDCWD, path)) reached(0);
  return real(path);
}
int unlinkat(int dir, const char *path, int flags) {
  REAL(unlinkat);
  if (there(dir, path)) reached(0);
  return real(dir, path, flags);
}
int rmdir(const char *path) {
  REAL(rmdir);
  if (there(AT_FDCWD, path)) reached(0);
  return real(path);
}
int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  if (on_disk(fd)) reached(0);
  return real(fd, size);
}
int chmod(const char *path, mode_t mode) {
  REAL(chmod);
  reached(0);
  return real(path, mode);
}
