/// The bytes of a request's body at a place that does not move, shared by all calls that send them.
@safe final class RequestBody {
    let start: UnsafeMutableRawPointer
    let count: Int
    /// Kept, so that another array cannot get the same storage and be taken for this one.
    private let source: [UInt8]

    init(_ bytes: [UInt8]) {
        source = bytes
        count = bytes.count
        unsafe start = UnsafeMutableRawPointer.allocate(byteCount: max(1, count), alignment: 16)
        unsafe start.copyMemory(from: bytes, byteCount: count)
    }

    deinit { unsafe start.deallocate() }

    /// Whether the array is the very one that this was made from; does not look at the bytes.
    func isMade(from bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { theirs in
            unsafe source.withUnsafeBufferPointer { unsafe $0.baseAddress == theirs.baseAddress && $0.count == theirs.count }
        }
    }
}
