// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled with strict memory safety and with warnings as errors.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A C library of the distribution: a module map and, where Swift cannot call a macro or a variadic function, a shim.
func library(_ name: String, pkgConfig: String?, package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/Shared/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A Swift module of the product, in the folder of its topic.
func module(_ name: String, path: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(path)", resources: resources, swiftSettings: strict)
}

/// The tests of one module, in a folder that mirrors it.
func tests(_ name: String, path: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(path)",
        swiftSettings: strict)
}

let package = Package(
    name: "posthorn",
    products: [
        .executable(name: "posthorn", targets: ["posthorn"]),
        .library(name: "ProducerKit", targets: ["ProducerKit"]),
    ],
    targets: [
        // C libraries, each imported by exactly one Swift module.
        library("CEvents", pkgConfig: nil, package: "libc6-dev"),
        library("CJansson", pkgConfig: "jansson", package: "libjansson-dev"),
        library("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
        library("CRabbitMQ", pkgConfig: "librabbitmq", package: "librabbitmq-dev"),
        library("CPostgreSQL", pkgConfig: "libpq", package: "libpq-dev"),
        library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
        library("CMicroHTTPD", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),
        library("CGMime", pkgConfig: "gmime-3.0", package: "libgmime-3.0-dev"),

        // Shared modules.
        module("Executors", path: "Shared/Executors", ["CEvents"]),
        module("JSON", path: "Shared/JSON", ["CJansson"]),
        module("Cryptography", path: "Shared/Cryptography", ["CCrypto"]),
        module("Runtime", path: "Shared/Runtime", ["JSON"]),
        module("Model", path: "Shared/Model", ["JSON", "Cryptography"]),
        module("Broker", path: "Shared/Broker", ["CRabbitMQ", "Executors", "Runtime"]),
        module("Database", path: "Shared/Database", ["CPostgreSQL", "Cryptography", "Executors", "Runtime"]),
        module("Schema", path: "Shared/Schema", ["Database", "Model"], resources: [.embedInCode("SQL")]),
        module("Accounts", path: "Shared/Accounts", ["Model", "Cryptography", "Database", "Runtime"]),
        module("Lookups", path: "Shared/Lookups", ["Runtime"]),
        module("Destinations", path: "Shared/Destinations", ["Model", "Runtime"]),
        module("Transfers", path: "Shared/Transfers", ["CCurl", "Destinations", "Runtime"]),
        module("HTTPServer", path: "Shared/HTTPServer", ["CMicroHTTPD", "Runtime"]),
        module(
            "WebAPI", path: "Shared/WebAPI", ["Accounts", "Database", "HTTPServer", "JSON", "Lookups", "Model", "Runtime"],
            resources: [.embedInCode("Description/components.json")]),
        module("Topology", path: "Shared/Topology", ["Model", "JSON", "Broker", "Runtime"]),
        module("Management", path: "Shared/Management", ["Model", "JSON", "Topology", "Transfers", "Runtime"]),
        module("Contract", path: "Shared/Contract", ["Model", "JSON", "Broker", "Topology"]),
        module("Queueing", path: "Shared/Queueing", ["Broker", "Runtime"]),
        module("Parking", path: "Shared/Parking", ["Broker", "Contract", "Model", "Queueing", "Topology", "Runtime"]),
        module(
            "Control", path: "Shared/Control", ["Broker", "Contract", "JSON", "Model", "Queueing", "Runtime", "Topology"]),
        module(
            "Cancellations", path: "Shared/Cancellations", ["Control", "Database", "JSON", "Model", "Runtime", "Topology"]),
        module("Lanes", path: "Shared/Lanes", ["Control", "Database", "JSON", "Model", "Runtime"]),
        module("Connections", path: "Shared/Connections", ["Broker", "Database", "Model", "Parking", "Runtime"]),
        module("Health", path: "Shared/Health", ["HTTPServer", "Runtime"]),
        module(
            "Roles", path: "Shared/Roles", ["Broker", "Database", "Health", "HTTPServer", "Runtime", "Schema", "Topology"]),

        // The path of a message.
        module("ProducerKit", path: "Producer/ProducerKit", ["Model", "JSON", "Broker", "Topology", "Contract", "Runtime"]),
        module(
            "Gateway", path: "Producer/Gateway",
            [
                "Accounts", "Cancellations", "Control", "Destinations", "Lookups", "Model", "JSON", "Broker", "Database",
                "HTTPServer", "Contract", "Runtime", "Topology",
                "WebAPI",
            ],
            resources: [
                "gateway.json", "Requests/requests.json", "Notifications/notifications.json", "Consumers/consumers.json",
                "Endpoints/endpoints.json", "Channels/channels.json", "Subscriptions/subscriptions.json",
            ].map { .embedInCode($0) }),
        module(
            "Router", path: "Router",
            [
                "Cancellations", "Model", "JSON", "Cryptography", "Broker", "Connections", "Control", "Database", "Lanes",
                "Topology", "Contract", "Parking",
                "Queueing",
                "Runtime",
            ]),
        module(
            "Senders", path: "Senders/Engine",
            [
                "Cancellations", "Model", "JSON", "Broker", "Connections", "Control", "Database", "Lanes", "Topology",
                "Contract", "Parking", "Queueing", "Runtime",
            ]),
        module(
            "WebhookSender", path: "Senders/Webhook",
            ["Destinations", "Model", "JSON", "Cryptography", "Transfers", "Senders", "Runtime"]),
        module("MIME", path: "Senders/MIME", ["CGMime"]),
        module("EmailSender", path: "Senders/Email", ["Model", "JSON", "MIME", "Transfers", "Senders", "Runtime"]),
        module(
            "SenderProcess", path: "Senders/Role",
            [
                "Broker", "Cancellations", "Connections", "Control", "Database", "Runtime", "Senders", "EmailSender",
                "WebhookSender",
            ]),
        module(
            "Recorder", path: "Recorder",
            ["Model", "Broker", "Connections", "Database", "Topology", "Contract", "Queueing", "Runtime"]),
        .executableTarget(
            name: "posthorn",
            dependencies: [
                "Accounts", "Model", "JSON", "Cryptography", "Broker", "Control", "Database", "Lanes", "Schema", "Management",
                "Topology", "Contract", "Parking", "Roles", "Runtime", "ProducerKit", "Gateway", "Router", "SenderProcess",
                "Recorder",
            ],
            path: "Sources/posthorn", swiftSettings: strict),

        // An example for developers of services.
        .executableTarget(
            name: "order-shipped", dependencies: ["ProducerKit"], path: "Examples/OrderShipped", swiftSettings: strict),

        // The tests of each module.
        tests("JSON", path: "Shared/JSON", []),
        tests("Runtime", path: "Shared/Runtime", ["JSON"]),
        tests("Model", path: "Shared/Model", ["JSON"]),
        tests("Topology", path: "Shared/Topology", ["Broker", "JSON", "Model", "Runtime", "TestSupport"]),
        tests("Management", path: "Shared/Management", ["Broker", "JSON", "Model", "Runtime", "TestSupport", "Topology"]),
        tests("ProducerKit", path: "Producer/ProducerKit", ["Broker", "Contract", "JSON", "Model", "Runtime", "TestSupport"]),
        .testTarget(
            name: "PosthornTests",
            dependencies: [
                "posthorn", "Broker", "Contract", "Control", "JSON", "Lanes", "Management", "Model", "Parking", "Runtime",
                "TestSupport", "Topology",
            ], path: "Tests/posthorn", swiftSettings: strict),
        // The benchmark.
        .executableTarget(
            name: "http-bare", dependencies: ["HTTPServer", "JSON", "Model", "Runtime"], path: "bench/HTTPBare",
            swiftSettings: strict),
        // A sender whose providers are doubles that call a receiver over HTTP.
        .executableTarget(
            name: "sender-double",
            dependencies: ["Model", "Roles", "Runtime", "SenderProcess", "Senders", "Transfers"],
            path: "bench/SenderDouble", swiftSettings: strict),
        // The tests: real servers, with a virtual host and a schema for each suite.
        .target(
            name: "TestSupport", dependencies: ["Broker", "Database", "Runtime", "Schema"], path: "Tests/Support",
            swiftSettings: strict),
        tests("Contract", path: "Shared/Contract", ["Broker", "JSON", "Model", "TestSupport", "Topology"]),
        tests("Lanes", path: "Shared/Lanes", ["Database", "JSON", "Model", "Runtime", "Schema", "TestSupport"]),
        tests("Control", path: "Shared/Control", ["Broker", "JSON", "Model", "Runtime", "TestSupport", "Topology"]),
        tests("Queueing", path: "Shared/Queueing", ["Broker", "Runtime", "TestSupport"]),
        tests(
            "Parking", path: "Shared/Parking", ["Broker", "Contract", "Model", "Queueing", "Runtime", "TestSupport", "Topology"]),
        tests("Cryptography", path: "Shared/Cryptography", []),
        tests(
            "WebAPI", path: "Shared/WebAPI",
            ["Accounts", "Database", "HTTPServer", "JSON", "Lookups", "Model", "Runtime", "TestSupport"]),
        tests("Lookups", path: "Shared/Lookups", []),
        tests(
            "Cancellations", path: "Shared/Cancellations",
            ["Broker", "Control", "Database", "Model", "Runtime", "TestSupport", "Topology"]),
        tests("Destinations", path: "Shared/Destinations", ["Runtime"]),
        tests("Accounts", path: "Shared/Accounts", ["Database", "Model", "TestSupport"]),
        tests("HTTPServer", path: "Shared/HTTPServer", ["Runtime"]),
        tests("Health", path: "Shared/Health", ["HTTPServer", "Runtime"]),
        tests(
            "Gateway", path: "Producer/Gateway",
            [
                "Accounts", "TestSupport", "Broker", "Contract", "Database", "Destinations", "HTTPServer", "JSON", "Model",
                "Runtime", "Schema",
                "Topology", "WebAPI",
            ]),
        tests(
            "Router", path: "Router",
            [
                "Broker", "Cancellations", "Contract", "Database", "JSON", "Model", "Parking", "Queueing", "Runtime",
                "TestSupport", "Topology",
            ]),
        // A provider that does as a test says.
        .target(
            name: "ProviderDouble", dependencies: ["Model", "Runtime", "Senders"], path: "Tests/Senders/Double",
            swiftSettings: strict),
        tests(
            "Senders", path: "Senders/Engine",
            [
                "Broker", "Cancellations", "Contract", "Control", "JSON", "Lanes", "Model", "ProviderDouble", "Queueing",
                "Runtime",
                "Topology",
            ]),
        .testTarget(
            name: "JourneyTests",
            dependencies: [
                "Broker", "Cancellations", "Contract", "Control", "Database", "EmailSender", "JSON", "Lanes", "Management",
                "Model", "Parking", "ProviderDouble", "Recorder", "Router", "Runtime", "Schema", "SenderProcess",
                "Senders", "TestPeers", "TestSupport", "Topology", "WebhookSender",
            ], path: "Tests/Journey", swiftSettings: strict),
        tests("Executors", path: "Shared/Executors", []),
        tests("Broker", path: "Shared/Broker", ["TestPeers", "TestSupport", "Runtime"]),
        tests("Database", path: "Shared/Database", ["TestSupport", "Runtime"]),
        tests("Schema", path: "Shared/Schema", ["Database", "Model", "TestSupport"]),
        tests("Connections", path: "Shared/Connections", ["Broker", "Database", "Model", "Runtime", "TestSupport"]),
        tests(
            "Recorder", path: "Recorder",
            ["Broker", "Connections", "Contract", "Database", "Model", "Runtime", "TestSupport", "Topology"]),
        // The peers of transfers: a Python process with correct and faulty servers.
        .target(
            name: "TestPeers", dependencies: ["JSON", "Transfers"], path: "Tests/Peers", exclude: ["peer.py"],
            swiftSettings: strict),
        tests("Transfers", path: "Shared/Transfers", ["TestPeers", "Destinations", "JSON", "Runtime"]),
        tests("SenderProcess", path: "Senders/Role", ["Model", "ProviderDouble", "Runtime", "Senders"]),
        tests("MIME", path: "Senders/MIME", ["TestPeers"]),
        tests("WebhookSender", path: "Senders/Webhook", ["Destinations", "JSON", "Model", "Runtime", "Senders", "Transfers"]),
        tests("EmailSender", path: "Senders/Email", ["MIME", "Runtime", "Senders", "Transfers"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "Destinations", "EmailSender", "JSON", "MIME", "Model", "Runtime", "Senders", "TestPeers", "Transfers",
                "WebhookSender",
            ], path: "Tests/Senders/Conformance", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
