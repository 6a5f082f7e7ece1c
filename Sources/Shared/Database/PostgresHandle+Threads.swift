import Executors

// The executors of this module's actors. Each actor holds its executor for its whole life.
extension DatabaseConnection {
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }
}

extension Interrupter {
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }
}
