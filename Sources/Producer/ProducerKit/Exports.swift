// Whoever sends needs requests, their ids, and the settings of the broker: they come along with the kit.
@_exported public import Broker
@_exported public import JSON
@_exported public import Model
@_exported public import Runtime

/// The name of a service: the first word of its routing keys, and its broker user. Inside Posthorn a service is a tenant.
public typealias ServiceName = TenantName
