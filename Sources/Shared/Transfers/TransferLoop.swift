public import Destinations
import Foundation
public import Runtime
import Synchronization

/// Makes HTTP calls and hands over mails.
///
/// HTTP runs on one thread with one `curl_multi`. libcurl waits for the answer to a mail's last line in place (a known issue of its multi
/// interface) and would hold up every other transfer of the thread, so mails run on a few threads of their own for each relay.
public final class TransferLoop: Sendable {
    /// How many calls to one host run at once.
    public let callsPerHost: Int
    /// How many mails to one relay run at once.
    public let mailsPerRelay: Int
    private let inbox: HTTPInbox
    private let mails: MailPools
    private let ended: Latch

    /// Starts the thread of HTTP.
    ///
    /// - Parameters:
    ///   - connectionsPerHost: how many calls to one host run at once, and, up to eight, mails to one relay.
    ///   - connections: how many calls run at once.
    ///   - addressPolicy: for HTTP calls; mail relays are the operator's own choice and may be anywhere.
    ///   - certificateAuthority: a PEM file of the authorities that HTTP calls trust; nil means the system's.
    public init(
        connectionsPerHost: Int = 64, connections: Int = 512, addressPolicy: AddressPolicy = .anywhere,
        certificateAuthority: String? = nil, log: Log = .discarded, metrics: Metrics = Metrics()
    ) {
        let multi = CurlMulti(connections: connections)
        let inbox = HTTPInbox(multi: multi)
        let ended = Latch()
        self.inbox = inbox
        self.ended = ended
        callsPerHost = connectionsPerHost
        mailsPerRelay = min(connectionsPerHost, 8)
        mails = MailPools(
            threadsPerRelay: mailsPerRelay, record: TransferRecord("smtp", log: log, metrics: metrics))
        let record = TransferRecord("http", log: log, metrics: metrics)
        let thread = Thread {
            HTTPLoop(
                inbox: inbox, multi: multi, connectionsPerHost: connectionsPerHost, connections: connections, record: record,
                makeTransfer: { HTTPTransfer(policy: addressPolicy, certificateAuthority: certificateAuthority) }
            ).run()
            ended.open()
        }
        thread.name = "transfers"
        thread.start()
    }

    deinit {
        inbox.close()
        mails.close()
    }

    /// Makes calls; returns at once.
    ///
    /// - Parameter completion: gets the outcome of each call by its index, exactly once, in any order, on the loop's thread: keep it short.
    ///   After `close` it gets `TransferError.closed` before this returns.
    public func submit(
        _ calls: [HTTPCall], completion: @escaping @Sendable (_ index: Int, Result<HTTPReply, TransferError>) -> Void
    ) {
        guard !calls.isEmpty else { return }
        if inbox.put(HTTPSubmission(calls: calls, completion: completion)) { return }
        for index in calls.indices { completion(index, .failure(.closed)) }
    }

    /// Makes one call. Whether a retry is safe after an error, its `mayHaveArrived` says.
    public func perform(_ call: HTTPCall) async throws(TransferError) -> HTTPReply {
        let result = await withCheckedContinuation { continuation in
            submit([call]) { _, result in continuation.resume(returning: result) }
        }
        return try result.get()
    }

    /// Hands over mails; returns at once.
    ///
    /// - Parameter completion: gets the relay's reply to each mail by its index, exactly once, in any order, on a thread of the relay's.
    public func submit(
        _ mails: [MailSubmission], completion: @escaping @Sendable (_ index: Int, Result<MailReply, TransferError>) -> Void
    ) {
        self.mails.submit(mails, completion: completion)
    }

    /// Takes nothing more and returns when everything that was taken has its outcome, which the calls' time-outs bound. Connections are
    /// closed.
    public func close() async {
        inbox.close()
        mails.close()
        await ended.wait()
        await mails.ended()
    }
}
