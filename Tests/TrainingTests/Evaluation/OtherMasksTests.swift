import Testing
import Training

@Suite struct OtherMasksTests {
    @Test func everyoneWithAMaskGetsAnothers() {
        let has = [true, false, true, true, false, true, true]
        let chosen = OtherMasks.choose(has, seed: 4)
        for (index, other) in chosen.enumerated() {
            #expect((other != nil) == has[index])
            if let other { #expect(other != index && has[other]) }
        }
        #expect(Set(chosen.compactMap { $0 }).count == 5)
        #expect(OtherMasks.choose(has, seed: 4) == chosen)
    }

    @Test func oneMaskAloneHasNoOther() {
        #expect(OtherMasks.choose([false, true], seed: 1) == [nil, nil])
    }
}
