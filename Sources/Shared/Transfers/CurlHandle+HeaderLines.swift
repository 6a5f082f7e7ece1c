import CCurl

/// Header lines in one block of memory that is used again and again, as the linked list that libcurl reads while it sends.
@safe struct HeaderLines: ~Copyable {
    private var text: UnsafeMutableBufferPointer<UInt8>
    private var nodes: UnsafeMutableBufferPointer<curl_slist>
    private var used = 0
    private var ends: [Int] = []

    init() {
        unsafe text = .allocate(capacity: 512)
        unsafe nodes = .allocate(capacity: 16)
    }

    deinit {
        unsafe text.deallocate()
        unsafe nodes.deallocate()
    }

    mutating func removeAll() {
        used = 0
        ends.removeAll(keepingCapacity: true)
    }

    /// Adds a line; false if name or value holds CR, LF or NUL.
    mutating func append(_ name: String, _ value: String) -> Bool {
        // To libcurl "Name:" means to leave the header out, and "Name;" that it is empty.
        let isClean = value.utf8.isEmpty ? add(name) && add(";") : add(name) && add(": ") && add(value)
        endLine()
        return isClean
    }

    /// Keeps libcurl from adding a header of its own.
    mutating func suppress(_ name: String) {
        _ = add(name) && add(":")
        endLine()
    }

    /// The list; it holds until the next change.
    mutating func list() -> UnsafeMutablePointer<curl_slist>? {
        if unsafe ends.count > nodes.count {
            unsafe nodes.deallocate()
            unsafe nodes = .allocate(capacity: ends.count * 2)
        }
        var start = 0
        for (index, end) in ends.enumerated() {
            let line = unsafe UnsafeMutableRawPointer(text.baseAddress! + start).assumingMemoryBound(to: CChar.self)
            let next = unsafe index + 1 < ends.count ? nodes.baseAddress! + index + 1 : nil
            unsafe (nodes.baseAddress! + index).initialize(to: curl_slist(data: line, next: next))
            start = end
        }
        return unsafe ends.isEmpty ? nil : nodes.baseAddress
    }

    private mutating func add(_ part: String) -> Bool {
        let bytes = part.utf8
        reserve(bytes.count)
        var isClean = true
        for byte in bytes {
            isClean = isClean && byte != 0x0D && byte != 0x0A && byte != 0
            unsafe text[used] = byte
            used += 1
        }
        return isClean
    }

    private mutating func endLine() {
        reserve(1)
        unsafe text[used] = 0
        used += 1
        ends.append(used)
    }

    private mutating func reserve(_ count: Int) {
        guard unsafe used + count > text.count else { return }
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: (used + count) * 2)
        unsafe larger.baseAddress!.update(from: text.baseAddress!, count: used)
        unsafe text.deallocate()
        unsafe text = larger
    }
}
