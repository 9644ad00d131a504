extension Configuration {
    /// What is wrong between the values, each of which is in order by itself. Looks at no file.
    package func check() -> [ConfigurationProblem] {
        pathProblems() + nestingProblems() + timeProblems() + modelProblems()
    }

    private var namedPaths: [(key: String, path: String)] {
        [
            ("paths.inbox", paths.inbox), ("paths.reports", paths.reports), ("paths.state", paths.state),
            ("paths.models", paths.models),
        ]
    }

    private func pathProblems() -> [ConfigurationProblem] {
        namedPaths.compactMap { key, path in
            guard path.hasPrefix("/") else {
                return ConfigurationProblem(key, "is not an absolute path. Begin it with a slash.")
            }
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            guard parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
                return ConfigurationProblem(
                    key, "is not a plain path. Write it without '.', '..', double or trailing slashes, and not as '/'.")
            }
            return nil
        }
    }

    private func nestingProblems() -> [ConfigurationProblem] {
        // Senders write to the inbox and readers read the reports: neither may reach the other, or the ledger.
        var problems: [ConfigurationProblem] = []
        let roots = namedPaths.dropLast()
        for (index, a) in roots.enumerated() {
            for b in roots.dropFirst(index + 1) where Self.isInside(a.path, b.path) || Self.isInside(b.path, a.path) {
                problems.append(
                    ConfigurationProblem(
                        b.key, "and \(a.key) lie inside each other or are the same. Use separate folders."))
            }
        }
        for other in namedPaths.prefix(2) where Self.isInside(paths.models, other.path) {
            problems.append(
                ConfigurationProblem(
                    "paths.models", "lies inside \(other.key). Keep models where senders and readers cannot write."))
        }
        return problems
    }

    private func timeProblems() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if inbox.maximumWaitMinutes * 60 <= inbox.settleSeconds {
            problems.append(
                ConfigurationProblem("inbox.maximumWaitMinutes", "is not longer than inbox.settleSeconds. Raise it."))
        }
        if inbox.maximumWaitMinutes * 60 <= inbox.fileQuietSeconds {
            problems.append(
                ConfigurationProblem("inbox.maximumWaitMinutes", "is not longer than inbox.fileQuietSeconds. Raise it.")
            )
        }
        if service.stallSeconds < 2 * inbox.rescanSeconds {
            problems.append(
                ConfigurationProblem(
                    "service.stallSeconds",
                    "is less than twice inbox.rescanSeconds: a quiet night would look like a hang."))
        }
        if notice.by == notice.nightBegins {
            problems.append(
                ConfigurationProblem("notice.by", "is notice.nightBegins. Name the hour at which the night has ended."))
        }
        return problems
    }

    private func modelProblems() -> [ConfigurationProblem] {
        guard screening.profile != nil, screening.t1w != nil || screening.flair != nil else { return [] }
        return [
            ConfigurationProblem(
                "screening.profile", "is set beside screening.T1w or screening.FLAIR. Use the profile or the bundles.")
        ]
    }

    private static func isInside(_ inner: String, _ outer: String) -> Bool {
        inner == outer || inner.hasPrefix(outer + "/")
    }
}
