import Foundation
import Screening
import Testing

@Suite struct KnownAnswerTests {
    @Test func aBundleAnswersAsItDidWhenItWasMade() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            #expect(try !bundle.checkKnownAnswer(threads: 1))
            let recorded = try bundle.recordingKnownAnswer(seed: 7, threads: 1)
            #expect(recorded.manifest.knownAnswer?.logits.count == 3 && recorded.sha256 != bundle.sha256)
            let loaded = try ModelBundle.load(recorded.directory)
            #expect(try loaded.checkKnownAnswer(threads: 2))
        }
    }

    @Test func anotherAnswerIsRefusedByMember() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder).recordingKnownAnswer(seed: 7, threads: 1)
            var manifest = bundle.manifest
            manifest.knownAnswer?.logits[1][0] += 0.1
            let wrong = try bundle.replacingManifest(by: manifest, threads: 1)
            let error = failure { try wrong.checkKnownAnswer(threads: 1) }
            #expect(error?.code == .answerWrong && error?.subject == "member-2.safetensors")
        }
    }

    @Test func answersThatDoNotFitTheMembersAreRefused() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder).recordingKnownAnswer(seed: 7, threads: 1)
            for spoil: (inout KnownAnswer) -> Void in [
                { $0.logits.removeLast() }, { $0.logits[0].removeLast() }, { $0.tolerance = 0 },
            ] {
                var manifest = bundle.manifest
                if var answer = manifest.knownAnswer {
                    spoil(&answer)
                    manifest.knownAnswer = answer
                }
                #expect(
                    failure { _ = try bundle.replacingManifest(by: manifest, threads: 1) }?.code == .manifestInvalid)
            }
        }
    }
}
