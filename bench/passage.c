/* The bare passage: what one quorum queue carries for a plain C client. Publish, confirm, deliver and acknowledge run at the same
 * time, each message once through the queue, with the body and the headers of a notification. Publisher and consumer are two
 * threads with a connection each. Confirms are awaited in a window, acknowledgements go out in batches: as well as one can do it.
 *
 *     passage HOST PORT USER PASSWORD VHOST COUNT < body        prints messages per second
 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

enum { WINDOW = 500, BATCH = 100, AMQP_CHANNEL = 1, LONGEST_BODY = 256 * 1024 };

static const char *QUEUE = "bench.passage";

struct passage {
    const char *host, *user, *password, *vhost;
    int port;
    uint64_t count;
    amqp_bytes_t body;
};

static void fail(const char *what) {
    fprintf(stderr, "passage: %s failed\n", what);
    exit(1);
}

static void require(amqp_rpc_reply_t reply, const char *what) {
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) fail(what);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static amqp_connection_state_t open_connection(const struct passage *passage) {
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (!socket || amqp_socket_open(socket, passage->host, passage->port) != AMQP_STATUS_OK) fail("connecting");
    require(amqp_login(connection, passage->vhost, 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, passage->user, passage->password),
            "logging in");
    amqp_channel_open(connection, AMQP_CHANNEL);
    require(amqp_get_rpc_reply(connection), "opening a channel");
    return connection;
}

/* Takes one confirm, if one has come (or waits for it), and returns how far everything is confirmed. */
static uint64_t take_confirm(amqp_connection_state_t connection, uint64_t confirmed, const struct timeval *limit) {
    amqp_frame_t frame;
    int status = amqp_simple_wait_frame_noblock(connection, &frame, limit);
    if (status == AMQP_STATUS_TIMEOUT) return confirmed;
    if (status != AMQP_STATUS_OK) fail("waiting for a confirm");
    if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) fail("the confirm");
    const amqp_basic_ack_t *ack = frame.payload.method.decoded;
    /* A quorum queue confirms in order here: one publisher, one queue. */
    return ack->delivery_tag > confirmed ? ack->delivery_tag : confirmed;
}

static amqp_table_entry_t text_header(const char *name, const char *value) {
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes(name)};
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = amqp_cstring_bytes(value);
    return entry;
}

static void *publish_all(void *argument) {
    const struct passage *passage = argument;
    amqp_connection_state_t connection = open_connection(passage);
    amqp_confirm_select(connection, AMQP_CHANNEL);
    require(amqp_get_rpc_reply(connection), "asking for confirms");

    amqp_table_entry_t headers[] = {
        text_header("x-notifications", "request=019aa5d0-7c00-7abc-8def-0123456789ab\n"
                                       "service=bench\n"
                                       "content=2c26b46b68ffc68ff99b453c1d304134\n"
                                       "attempt=1\n"
                                       "\n"
                                       "id=019aa5d0-7c00-8abc-9def-0123456789ab\n"
                                       "consumer=consumer-25000\n"
                                       "endpoint=019aa5d0-7c00-7abc-8def-ba9876543210\n"
                                       "address=http://127.0.0.1:18080/hook/25000\n"),
    };
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_TYPE_FLAG,
        .content_type = amqp_cstring_bytes("application/json"),
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .headers = {.num_entries = sizeof headers / sizeof *headers, .entries = headers},
        .type = amqp_cstring_bytes("posthorn.notification.v1"),
    };
    const struct timeval at_once = {0, 0}, long_enough = {30, 0};
    uint64_t published = 0, confirmed = 0;
    while (confirmed < passage->count) {
        while (published < passage->count && published - confirmed < WINDOW) {
            if (amqp_basic_publish(connection, AMQP_CHANNEL, amqp_empty_bytes, amqp_cstring_bytes(QUEUE), 1, 0, &properties,
                                   passage->body) != AMQP_STATUS_OK)
                fail("publishing");
            published += 1;
            if (published % 32 == 0) confirmed = take_confirm(connection, confirmed, &at_once);
        }
        amqp_maybe_release_buffers(connection);
        confirmed = take_confirm(connection, confirmed, &long_enough);
    }
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    return NULL;
}

static void *consume_all(void *argument) {
    const struct passage *passage = argument;
    amqp_connection_state_t connection = open_connection(passage);
    amqp_basic_qos(connection, AMQP_CHANNEL, 0, WINDOW, 0);
    require(amqp_get_rpc_reply(connection), "setting the prefetch");
    amqp_basic_consume(connection, AMQP_CHANNEL, amqp_cstring_bytes(QUEUE), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    require(amqp_get_rpc_reply(connection), "consuming");
    for (uint64_t taken = 1; taken <= passage->count; taken += 1) {
        amqp_envelope_t envelope;
        amqp_maybe_release_buffers(connection);
        require(amqp_consume_message(connection, &envelope, NULL, 0), "taking a message");
        if (taken % BATCH == 0 || taken == passage->count)
            amqp_basic_ack(connection, AMQP_CHANNEL, envelope.delivery_tag, 1);
        amqp_destroy_envelope(&envelope);
    }
    amqp_queue_delete(connection, AMQP_CHANNEL, amqp_cstring_bytes(QUEUE), 0, 0);
    require(amqp_get_rpc_reply(connection), "deleting the queue");
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    return NULL;
}

static void declare_queue(const struct passage *passage) {
    amqp_connection_state_t connection = open_connection(passage);
    amqp_table_entry_t arguments[] = {text_header("x-queue-type", "quorum")};
    amqp_table_t table = {.num_entries = 1, .entries = arguments};
    amqp_queue_delete(connection, AMQP_CHANNEL, amqp_cstring_bytes(QUEUE), 0, 0);
    require(amqp_get_rpc_reply(connection), "deleting an older queue");
    amqp_queue_declare(connection, AMQP_CHANNEL, amqp_cstring_bytes(QUEUE), 0, 1, 0, 0, table);
    require(amqp_get_rpc_reply(connection), "declaring the queue");
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
}

int main(int argument_count, char **arguments) {
    if (argument_count != 7) {
        fputs("usage: passage HOST PORT USER PASSWORD VHOST COUNT < body\n", stderr);
        return 2;
    }
    struct passage passage = {.host = arguments[1], .port = atoi(arguments[2]), .user = arguments[3], .password = arguments[4],
                              .vhost = arguments[5], .count = strtoull(arguments[6], NULL, 10)};
    static char body[LONGEST_BODY];
    passage.body.len = fread(body, 1, sizeof body, stdin);
    passage.body.bytes = body;
    declare_queue(&passage);

    pthread_t publisher, consumer;
    double started = now();
    pthread_create(&consumer, NULL, consume_all, &passage);
    pthread_create(&publisher, NULL, publish_all, &passage);
    pthread_join(publisher, NULL);
    pthread_join(consumer, NULL);
    printf("%.0f\n", (double)passage.count / (now() - started));
    return 0;
}
