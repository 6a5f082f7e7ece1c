public import Model

extension Lane {
    /// How many requests, or notifications of a fan-out, one message may carry. On the priority lane it is one, so that none waits for another
    /// and each goes to the first free process.
    public var messageCapacity: Int { self == .priority ? 1 : 16 }
}

extension Sequence {
    /// Puts elements into as few groups as their differences and the limits allow; the order of elements of the same kind is kept.
    ///
    /// - Parameter hasRoom: whether a group, which is not empty, has room for one more.
    func grouped<Common: Hashable>(
        by common: (Element) -> Common, whileRoom hasRoom: ([Element], Element) -> Bool
    ) -> [[Element]] {
        var groups: [[Element]] = []
        var latest: [Common: Int] = [:]
        for element in self {
            let common = common(element)
            if let group = latest[common], hasRoom(groups[group], element) {
                groups[group].append(element)
            } else {
                latest[common] = groups.count
                groups.append([element])
            }
        }
        return groups
    }
}
