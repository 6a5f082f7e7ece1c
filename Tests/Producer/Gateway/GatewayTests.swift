import Testing

/// The API over HTTP, with the real broker and the real database behind it.
@Suite(.runningGateway, .timeLimit(.minutes(1))) struct GatewayTests {}
