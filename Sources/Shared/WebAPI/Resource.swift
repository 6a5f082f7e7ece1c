/// A part of an API: a few routes, what their handlers work with, and the part of the description that belongs to them. An instance holds
/// only the stores that it needs; its handlers are its methods.
public protocol Resource: Sendable {
    /// In the order in which a reader wants to meet them.
    static var routes: [Route<Self>] { get }
    /// What the resource adds to the description's `components` (OpenAPI 3.1, section 4.8.7): a JSON object with `schemas`, `parameters`
    /// and `responses`. No other resource may add a component of the same kind and name.
    static var components: [UInt8] { get }
}
