#pragma once
#include <jansson.h>

/// The reference count of jansson is changed by static inline functions and macros, which Swift sees only through these.
static inline void posthorn_json_release(json_t *value) { json_decref(value); }
static inline int posthorn_json_type(const json_t *value) { return (int)json_typeof(value); }
