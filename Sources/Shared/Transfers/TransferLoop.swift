public import Runtime

/// Makes HTTP calls and hands over mails.
///
/// HTTP runs on one thread with one `curl_multi`. libcurl waits for the answer to a mail's last line in place
/// and would hold up every other transfer of the thread, so mails run on a few threads of their own for each relay.
public final class TransferLoop: Sendable {
    public init(
        connectionsPerHost: Int = 64, connections: Int = 512, addressPolicy: AddressPolicy = .anywhere,
        certificateAuthority: String? = nil, log: Log = .discarded, metrics: Metrics = Metrics()
    ) {}

    public func submit(
        _ calls: [HTTPCall], completion: @escaping @Sendable (_ index: Int, Result<HTTPReply, TransferError>) -> Void
    ) {
        for index in calls.indices { completion(index, .failure(.closed)) }
    }

    public func perform(_ call: HTTPCall) async throws(TransferError) -> HTTPReply { throw .closed }

    public func submit(
        _ mails: [MailSubmission], completion: @escaping @Sendable (_ index: Int, Result<MailReply, TransferError>) -> Void
    ) {
        for index in mails.indices { completion(index, .failure(.closed)) }
    }

    public func close() async {}
}
