public import Model

extension Lane {
    /// How many requests, or notifications of a fan-out, one message may carry. Where somebody is waiting it is one, so that none waits for
    /// another and each goes to whoever is free first.
    public var messageCapacity: Int { self == .priority ? 1 : 16 }
}

extension Sequence {
    /// Puts elements into as few groups as their differences and the room allow; the order of those that are alike is kept.
    ///
    /// - Parameter hasRoom: whether a group, which is not empty, takes one more.
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
