import Broker
import Database
import Foundation
import Management
import Runtime

/// The settings of the tools, which do one thing and exit, from the environment. The tools log only errors.
struct ToolSettings {
    private var reader: SettingsReader

    let log: Log

    init() throws(SettingsError) {
        reader = try SettingsReader(environment: ProcessInfo.processInfo.environment)
        log = Log(level: reader.choice("POSTHORN_LOG_LEVEL", default: .error), format: .logfmt)
    }

    static func broker() throws -> (BrokerSettings, Log) {
        var settings = try ToolSettings()
        let broker = BrokerSettings(reading: &settings.reader)
        try settings.reader.finish()
        return (broker, settings.log)
    }

    /// For a tool that needs both servers.
    static func servers() throws -> (BrokerSettings, DatabaseSettings, Log) {
        var settings = try ToolSettings()
        let (broker, database) = (BrokerSettings(reading: &settings.reader), DatabaseSettings(reading: &settings.reader))
        try settings.reader.finish()
        return (broker, database, settings.log)
    }

    /// Calls the body with the management API and then closes it.
    static func withManagement<Success>(_ body: (ManagementAPI) async throws -> Success) async throws -> Success {
        var settings = try ToolSettings()
        let broker = BrokerSettings(reading: &settings.reader)
        let management = ManagementSettings(reading: &settings.reader, virtualHost: broker.virtualHost)
        try settings.reader.finish()
        let api = ManagementAPI(settings: management)
        let result: Result<Success, any Error>
        do { result = .success(try await body(api)) } catch { result = .failure(error) }
        await api.close()
        return try result.get()
    }

    /// Calls the body with the database and then closes it.
    static func withDatabase<Success>(_ body: (Database) async throws -> Success) async throws -> Success {
        var settings = try ToolSettings()
        let connection = DatabaseSettings(reading: &settings.reader)
        try settings.reader.finish()
        let database = Database(settings: connection, log: settings.log, metrics: Metrics())
        let result: Result<Success, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.close()
        return try result.get()
    }
}
