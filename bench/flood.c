/* Publishes single requests as fast as the broker confirms them: each a message of its own with an id of its own.
 *
 *     flood HOST PORT USER PASSWORD VHOST EXCHANGE KEY COUNT SEED < body      prints the ids' time in milliseconds, and the seconds it took
 *
 * The id of request number n (from 1) is a UUIDv7 of that time, with the seed and n in its random bits: bench/flood.py makes the same.
 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

enum { WINDOW = 1000, AMQP_CHANNEL = 1, LONGEST_BODY = 256 * 1024 };

static void fail(const char *what) {
    fprintf(stderr, "flood: %s\n", what);
    exit(1);
}

static void require(amqp_rpc_reply_t reply, const char *what) {
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) fail(what);
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* What has been confirmed. Requests may go to several queues, which confirm in their own order. */
static uint8_t *is_confirmed;
static uint64_t confirmed, oldest = 1;

static void note(uint64_t number, int multiple) {
    for (uint64_t each = multiple ? oldest : number; each <= number; each += 1) {
        confirmed += !is_confirmed[each];
        is_confirmed[each] = 1;
    }
    while (is_confirmed[oldest]) oldest += 1;
}

static int take_confirm(amqp_connection_state_t connection, const struct timeval *limit) {
    amqp_frame_t frame;
    int status = amqp_simple_wait_frame_noblock(connection, &frame, limit);
    if (status == AMQP_STATUS_TIMEOUT) return 0;
    if (status != AMQP_STATUS_OK) fail("the connection broke");
    if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
        fail("the broker returned or refused a request");
    const amqp_basic_ack_t *ack = frame.payload.method.decoded;
    note(ack->delivery_tag, ack->multiple);
    return 1;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 10) {
        fputs("usage: flood HOST PORT USER PASSWORD VHOST EXCHANGE KEY COUNT SEED < body\n", stderr);
        return 2;
    }
    const char *user = arguments[3], *exchange = arguments[6], *key = arguments[7];
    uint64_t count = strtoull(arguments[8], NULL, 10), seed = strtoull(arguments[9], NULL, 10), published = 0;
    static char body[LONGEST_BODY];
    amqp_bytes_t content = {.len = fread(body, 1, sizeof body, stdin), .bytes = body};
    is_confirmed = calloc(count + 2, 1);
    if (!is_confirmed) fail("no memory");

    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (!socket || amqp_socket_open(socket, arguments[1], atoi(arguments[2])) != AMQP_STATUS_OK) fail("connecting failed");
    require(amqp_login(connection, arguments[5], 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, user, arguments[4]), "logging in failed");
    amqp_channel_open(connection, AMQP_CHANNEL);
    require(amqp_get_rpc_reply(connection), "opening a channel failed");
    amqp_confirm_select(connection, AMQP_CHANNEL);
    require(amqp_get_rpc_reply(connection), "asking for confirms failed");

    uint64_t time = (uint64_t)(now(CLOCK_REALTIME) * 1000);
    double started = now(CLOCK_MONOTONIC);
    char id[40];
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_USER_ID_FLAG |
                  AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG,
        .content_type = amqp_cstring_bytes("application/json"),
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .type = amqp_cstring_bytes("posthorn.request.v1"),
        .user_id = amqp_cstring_bytes(user),
        .timestamp = time / 1000,
    };
    const struct timeval at_once = {0, 0}, long_enough = {60, 0};
    while (confirmed < count) {
        while (published < count && published - confirmed < WINDOW) {
            published += 1;
            snprintf(id, sizeof id, "%08llx-%04llx-7000-8%03llx-%012llx", (unsigned long long)(time >> 16),
                     (unsigned long long)(time & 0xFFFF), (unsigned long long)(seed & 0xFFF), (unsigned long long)published);
            properties.message_id = amqp_cstring_bytes(id);
            if (amqp_basic_publish(connection, AMQP_CHANNEL, amqp_cstring_bytes(exchange), amqp_cstring_bytes(key), 1, 0, &properties,
                                   content) != AMQP_STATUS_OK)
                fail("publishing failed");
            if (published % 32 == 0) take_confirm(connection, &at_once);
        }
        amqp_maybe_release_buffers(connection);
        if (confirmed < count && !take_confirm(connection, &long_enough)) fail("no confirm within a minute");
    }
    printf("%llu %.3f\n", (unsigned long long)time, now(CLOCK_MONOTONIC) - started);
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    return 0;
}
