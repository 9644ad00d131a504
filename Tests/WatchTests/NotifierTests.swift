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

    @Test func aReloadCarriesItsTime() {
        let sent = Sent()
        sent.notifier.reloading()
        #expect(sent.messages[0].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
    }
}
