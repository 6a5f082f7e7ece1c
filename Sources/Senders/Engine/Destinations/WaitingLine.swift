/// First in, first out; the last element can be removed too. Pure.
struct WaitingLine<Element> {
    private var elements: [Element] = []
    /// How many at the front have left.
    private var left = 0

    var count: Int { elements.count - left }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[left] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() -> Element {
        let element = elements[left]
        left += 1
        if left == elements.count || left > 1024 {
            elements.removeSubrange(..<left)
            left = 0
        }
        return element
    }

    mutating func removeLast() -> Element { elements.removeLast() }
}
