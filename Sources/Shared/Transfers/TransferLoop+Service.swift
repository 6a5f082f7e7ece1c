public import Runtime

// Transfers are a service of their process: whoever uses them is drained first, and then nothing is left to wait for.
extension TransferLoop: Service {
    public var name: String { "transfers" }

    public func start() async {}

    public func drain() async { await close() }
}
