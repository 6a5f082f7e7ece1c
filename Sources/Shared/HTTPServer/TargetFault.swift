/// What is wrong with the target of a request, so that nothing can be asked about it.
enum TargetFault: Error, Equatable {
    case noPath
    /// Which segment of the path, from 1.
    case segment(Int)
    /// A name in the query.
    case queryName
    case queryValue(of: String)

    var response: ServerResponse {
        let rule = "must be percent-encoded UTF-8 without NUL"
        return switch self {
        case .noPath: .problem(400, "Bad request", "The target must be a path that begins with a slash.")
        case .segment(let number): .problem(400, "Bad request", "Segment \(number) of the path \(rule).")
        case .queryName: .problem(400, "Bad request", "Each name in the query \(rule).")
        case .queryValue(let name) where Self.isPlain(name):
            .problem(400, "Bad request", "The parameter \(name) of the query \(rule).", field: name)
        case .queryValue: .problem(400, "Bad request", "Each value in the query \(rule).")
        }
    }

    /// Whether the name may appear in a problem document as it is.
    private static func isPlain(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
