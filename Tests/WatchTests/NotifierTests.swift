import Glibc
import Testing
import Watch

@Suite struct NotifierTests {
    @Test func statesAreWrittenAsTheManagerReadsThem() {
        let sent = Sent()
        let notifier = sent.notifier
        notifier.ready("Watching")
        notifier.status("two\nWATCHDOG=trigger")
        notifier.stopping("Stopping")
        notifier.alive()
        notifier.extendTimeout(seconds: 3)
        #expect(
            sent.messages == [
                "READY=1\nSTATUS=Watching", "STATUS=two WATCHDOG=trigger", "STOPPING=1\nSTATUS=Stopping", "WATCHDOG=1",
                "EXTEND_TIMEOUT_USEC=3000000",
            ])
    }

    @Test func theManagersSocketHearsIt() async {
        await #expect(processExitsWith: .exitCode(45)) {
            let folder = try TemporaryFolder()
            let path = folder.path + "/notify"
            let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard bound == 0 else { _exit(1) }
            setenv("NOTIFY_SOCKET", path, 1)
            setenv("WATCHDOG_USEC", "2000000", 1)
            guard Notifier.watchdogIntervalNS() == 2_000_000_000 else { _exit(2) }
            Notifier().ready("Watching")
            var bytes = [UInt8](repeating: 0, count: 256)
            let got = recv(socket, &bytes, bytes.count, 0)
            guard bytes.prefix(max(0, got)).elementsEqual("READY=1\nSTATUS=Watching".utf8) else { _exit(3) }
            _exit(45)
        }
    }
}
