#pragma once
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

/// A GNU extension, hidden from headers that are not compiled for it.
extern int pthread_setname_np(pthread_t thread, const char *name);

static inline int posthorn_thread_name(pthread_t thread, const char *name) { return pthread_setname_np(thread, name); }
