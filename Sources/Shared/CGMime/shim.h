#pragma once
#include <gmime/gmime.h>

/// Casts of the object system and one release for all kinds of objects, which are macros.
static inline GMimeObject *posthorn_gmime_message_object(GMimeMessage *message) { return GMIME_OBJECT(message); }
static inline GMimeObject *posthorn_gmime_part_object(GMimePart *part) { return GMIME_OBJECT(part); }
static inline GByteArray *posthorn_gmime_bytes(GMimeStream *stream) {
    return g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
}
static inline InternetAddressMailbox *posthorn_gmime_mailbox(InternetAddress *address) {
    return INTERNET_ADDRESS_IS_MAILBOX(address) ? INTERNET_ADDRESS_MAILBOX(address) : NULL;
}
static inline void posthorn_gmime_release(void *object) { g_object_unref(object); }
