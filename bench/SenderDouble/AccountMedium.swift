import Foundation
import Model
import Runtime
import Senders
import Transfers

/// The medium that `POSTHORN_TEST_DOUBLE_MEDIUM` names (default: `webhook`), served by the accounts of `POSTHORN_TEST_DOUBLE_PROVIDERS`
/// (default: `double`), in the order in which they are tried.
struct AccountMedium: SenderMedium {
    // Whoever asks for it has no reader of settings.
    let medium = ProcessInfo.processInfo.environment["POSTHORN_TEST_DOUBLE_MEDIUM"].flatMap(Medium.init(rawValue:)) ?? .webhook

    func setUp(settings reader: inout SettingsReader, context: RoleContext) -> MediumSetup? {
        let names = reader.list("POSTHORN_TEST_DOUBLE_PROVIDERS", default: ["double"])
        // One loop for each lane, as the real media have.
        let loops = PerLane { _ in TransferLoop(log: context.log, metrics: context.metrics) }
        let accounts = names.map { AccountDouble($0, medium, AccountSettings($0, &reader), loops: loops) }
        return MediumSetup(medium: medium, providers: accounts, services: loops.all)
    }
}
