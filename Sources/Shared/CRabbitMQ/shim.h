#pragma once
#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

// Method ids are macros with casts, which Swift does not see.
#define POSTHORN_METHOD(name, id) static const amqp_method_number_t posthorn_##name = id
POSTHORN_METHOD(connection_close, AMQP_CONNECTION_CLOSE_METHOD);
POSTHORN_METHOD(connection_close_ok, AMQP_CONNECTION_CLOSE_OK_METHOD);
POSTHORN_METHOD(connection_blocked, AMQP_CONNECTION_BLOCKED_METHOD);
POSTHORN_METHOD(connection_unblocked, AMQP_CONNECTION_UNBLOCKED_METHOD);
POSTHORN_METHOD(channel_open, AMQP_CHANNEL_OPEN_METHOD);
POSTHORN_METHOD(channel_open_ok, AMQP_CHANNEL_OPEN_OK_METHOD);
POSTHORN_METHOD(channel_close, AMQP_CHANNEL_CLOSE_METHOD);
POSTHORN_METHOD(channel_close_ok, AMQP_CHANNEL_CLOSE_OK_METHOD);
POSTHORN_METHOD(confirm_select, AMQP_CONFIRM_SELECT_METHOD);
POSTHORN_METHOD(confirm_select_ok, AMQP_CONFIRM_SELECT_OK_METHOD);
POSTHORN_METHOD(qos, AMQP_BASIC_QOS_METHOD);
POSTHORN_METHOD(qos_ok, AMQP_BASIC_QOS_OK_METHOD);
POSTHORN_METHOD(queue_declare, AMQP_QUEUE_DECLARE_METHOD);
POSTHORN_METHOD(queue_declare_ok, AMQP_QUEUE_DECLARE_OK_METHOD);
POSTHORN_METHOD(queue_bind, AMQP_QUEUE_BIND_METHOD);
POSTHORN_METHOD(queue_bind_ok, AMQP_QUEUE_BIND_OK_METHOD);
POSTHORN_METHOD(consume, AMQP_BASIC_CONSUME_METHOD);
POSTHORN_METHOD(consume_ok, AMQP_BASIC_CONSUME_OK_METHOD);
POSTHORN_METHOD(cancel, AMQP_BASIC_CANCEL_METHOD);
POSTHORN_METHOD(cancel_ok, AMQP_BASIC_CANCEL_OK_METHOD);
POSTHORN_METHOD(deliver, AMQP_BASIC_DELIVER_METHOD);
POSTHORN_METHOD(return, AMQP_BASIC_RETURN_METHOD);
POSTHORN_METHOD(ack, AMQP_BASIC_ACK_METHOD);
POSTHORN_METHOD(nack, AMQP_BASIC_NACK_METHOD);
#undef POSTHORN_METHOD

// Variadic in the library.
static inline amqp_rpc_reply_t posthorn_login(amqp_connection_state_t state, const char *vhost, int heartbeat,
                                              const amqp_table_t *properties, const char *user, const char *password) {
    return amqp_login_with_properties(state, vhost, AMQP_DEFAULT_MAX_CHANNELS, AMQP_DEFAULT_FRAME_SIZE, heartbeat, properties,
                                      AMQP_SASL_METHOD_PLAIN, user, password);
}
