import Glibc
import Testing
import Watch

@Suite struct WorkerChannelTests {
    @Test func whatALibraryPrintsIsNoMessage() async throws {
        let exit = await #expect(processExitsWith: .exitCode(44), observing: [\.standardOutputContent]) {
            var channel = try WorkerChannel.open()
            puts("noise of a library")
            fflush(nil)
            try channel.progress(Array(#"{"step":1}"#.utf8))
            try channel.result(Array("{\n\"a\":\r\n1}".utf8))
            _exit(44)
        }
        let lines = try #require(exit).standardOutputContent.split(separator: 10).map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(lines == [#"{"progress":{"step":1}}"#, #"{"result":{ "a":  1}}"#])
    }
}
