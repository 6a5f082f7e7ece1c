/// Decides what is committed together: each at once while few groups are under way, and else as many as have come until one of these is
/// over. So who is alone never waits, and groups grow with the load. Pure.
struct GroupCommit<Item> {
    /// So many groups may be under way before others wait for one of them.
    static var freeGroups: Int { 4 }

    /// How many items make a full group, which waits for nobody.
    let capacity: Int
    private var waiting: [Item] = []
    private var underWay = 0

    init(capacity: Int) { self.capacity = capacity }

    var isIdle: Bool { underWay == 0 && waiting.isEmpty }

    /// - Returns: the group that is to be committed now, if it is time.
    mutating func add(_ item: Item) -> [Item]? {
        waiting.append(item)
        return waiting.count >= capacity || underWay < Self.freeGroups ? begin() : nil
    }

    /// Notes that the commit of a group is over.
    ///
    /// - Returns: the group that is to be committed now, if one has waited for this.
    mutating func finish() -> [Item]? {
        underWay -= 1
        return waiting.isEmpty || underWay >= Self.freeGroups ? nil : begin()
    }

    private mutating func begin() -> [Item] {
        underWay += 1
        defer { waiting = [] }
        return waiting
    }
}
