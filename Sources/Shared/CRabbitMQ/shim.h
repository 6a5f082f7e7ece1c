#pragma once
#include <amqp.h>
