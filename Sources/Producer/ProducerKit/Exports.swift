// Whoever sends needs requests, their ids, and the settings of the broker: they come along with the kit.
@_exported public import Broker
@_exported public import JSON
@_exported public import Model
@_exported public import Runtime
