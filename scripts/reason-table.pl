#!/usr/bin/perl
# The section of reason codes in README.md. Every code in the sources must be in it and no other.
#
#   scripts/reason-table.pl check    prints every fault; exit status 1 on any (make lint)
#   scripts/reason-table.pl write    writes the section anew
#
# Sentences are taken from the sources where the program has one for the code alone. Errors that always carry their own
# message have none: the sentence that README.md holds is kept, and one that is missing is a fault.
# Perl without any module, because that is in every Debian.
use strict;
use warnings;
use utf8;

binmode $_, ':utf8' for *STDOUT, *STDERR;
chdir $0 =~ s{[^/]*$}{..}r or die "no folder: $!\n";
my $mode = shift // 'check';
die "usage: reason-table.pl check|write\n" unless $mode =~ /^(check|write)$/;

# Heading, the file of the enum, and the file (with the type in it) of its sentences.
my $list = 'Watch/Flow/CodeSentences.swift';
my @groups = (
    ['A file in the inbox', 'Watch/Inbox/TakenFile.swift', 'Watch/Inbox/TakenFile.swift', 'TakeRefusal'],
    ['A DICOM file or series', 'DICOM/DICOMCode.swift', 'DICOM/DICOMCode+Sentences.swift', 'DICOMCode'],
    ['An image or a NIfTI file', 'Imaging/ImagingError.swift', $list, 'ImagingError.Code'],
    ['The gate before any score', 'Imaging/Quality/QualityCode.swift', 'Imaging/Quality/QualityCode.swift', 'QualityCode'],
    ['The gate before any score', 'Watch/Flow/Gate.swift', 'Watch/Flow/Gate.swift', 'GateCode'],
    ['A study, or the service', 'Watch/WatchError.swift', $list, 'WatchError.Code'],
    ['A study, or the service', 'Watch/Sight/SightCode.swift', 'Watch/Sight/SightCode.swift', 'SightCode'],
    ['A job of a worker', 'Watch/Worker/WorkerOutcome.swift', 'Watch/Worker/WorkerOutcome.swift', 'WorkerOutcome'],
    ['A model', 'Screening/ScreeningError.swift'],
    ['Weights and networks', 'ConvNet/ConvNetError.swift'],
    ['The ledger', 'Ledger/LedgerError.swift'],
    ['Page and result', 'Reporting/ReportingError.swift'],
    ['Page and result', 'DICOM/Synthesis/SynthesisError.swift'],
    ['Data sets and training', 'Training/TrainingError.swift'],
);

sub text { my ($file) = @_; open my $in, '<:utf8', $file or die "$file: $!\n"; local $/; return <$in> }

# A Swift string literal, or several joined with +, as plain text; what is filled in at run time becomes an ellipsis.
my $literal = qr/"(?:[^"\\]|\\\((?:[^()]|\([^()]*\))*\)|\\.)*"/;
sub plain {
    my $joined = join '', map { s/^"|"$//gr } $_[0] =~ /$literal/g;
    $joined =~ s/\\\((?:[^()]|\([^()]*\))*\)/…/g;
    $joined =~ s/\\"/"/g;
    return $joined;
}

# Case name => sentence, from the `case .name:` lines of one extension or enum.
sub sentences {
    my ($file, $type) = @_;
    my $source = text("Sources/$file");
    my ($body) = $source =~ /^(?:package )?(?:extension|enum) \Q$type\E\b(.*?)^\}/ms or die "$file: no $type\n";
    my %shared;
    $shared{$1} = plain($2) while $body =~ /static let (\w+) = ($literal)/g;
    my %found;
    while ($body =~ /^\s*case \.(\w+)(?:\([^)]*\))?:\s*(.*?)(?=^\s*(?:case \.|default:|\}))/gms) {
        my ($name, $value) = ($1, $2);
        next unless $value =~ / /;
        $value =~ s/Self\.(\w+)/"\"" . ($shared{$1} \/\/ die "$file: $1\n") . "\""/ge;
        # Of a pair, meaning and advice are separate sentences.
        $value =~ s/",\s*"/ /g;
        $found{$name} = plain($value);
    }
    return %found;
}

my (%group, %sentence, %where, @order);
sub take {
    my ($heading, $code, $file, $sentence) = @_;
    push @order, $code unless $group{$code};
    $group{$code} //= $heading;
    $where{$code} //= $file;
    $sentence{$code} //= $sentence if $sentence;
}
for my $row (@groups) {
    my ($heading, $file, $from, $type) = @$row;
    my %found = $from ? sentences($from, $type) : ();
    my $source = text("Sources/$file");
    take($heading, $2, $file, $found{$1}) while $source =~ /^\s*case (\w+) = "([A-Z][A-Z0-9_]+)"/mg;
    take($heading, $2, $file, $found{$1}) while $source =~ /^\s*case \.(\w+): "([A-Z]+_[A-Z_]+)"$/mg;
}
# The one that is written into the program's own table.
my $table = text('Sources/Watch/ReasonTable.swift');
my ($without) = $table =~ /noModel\.rawValue\] =\s*($literal)/ or die "ReasonTable.swift: no sentence for NO_MODEL\n";
$sentence{NO_MODEL} = plain($without);
# Codes that stand in the code itself: `code: "X"`, `code = "X"`, `because: "X"`, `?? "X"`.
for my $file (split /\n/, `find Sources -name '*.swift' | LC_ALL=C sort`) {
    my $source = text($file);
    my $short = $file =~ s{^Sources/}{}r;
    for my $code ($source =~ /(?:\b(?:code|because): |\bcode = |\?\? )"([A-Z]+_[A-Z_]+)"/g) {
        take('A study, or the service', $code, $short);
    }
}

my $readme = text('README.md');
my ($head, $section, $tail) = $readme =~ /\A(.*<!-- reason codes: begin -->\n)(.*?)(<!-- reason codes: end -->.*)\z/s
    or die "README.md: no markers\n";
my %kept;
while ($section =~ /^- `([A-Z0-9_]+)` (.*?)(?=^- |^$|^#|\z)/gms) {
    my ($code, $sentence) = ($1, $2);
    $kept{$code} = $sentence =~ s/\s+/ /gr =~ s/ $//r;
}

my @faults;
for my $code (@order) {
    my $is = $sentence{$code} // $kept{$code};
    push @faults, "Sources/$where{$code}: $code has no sentence: write one in README.md" unless $is;
    push @faults, "README.md: $code is not in the section, or not as in the sources"
        if $mode eq 'check' && $is && ($kept{$code} // '') ne $is =~ s/\s+/ /gr;
}
for my $code (sort keys %kept) { push @faults, "README.md: $code is in no source" unless $group{$code} }

if ($mode eq 'write') {
    my ($new, $last) = ('', '');
    my %headings;
    for my $heading (grep { !$headings{$_}++ } map { $_->[0] } @groups) {
        $new .= "\n**$heading**\n\n";
        for my $code (grep { $group{$_} eq $heading } @order) {
            my $line = "- `$code`";
            for my $word (split / +/, $sentence{$code} // $kept{$code} // '') {
                if (length("$line $word") > 120) { $new .= "$line\n"; $line = " " }
                $line .= " $word";
            }
            $new .= "$line\n";
        }
    }
    open my $out, '>:utf8', 'README.md' or die "README.md: $!\n";
    print $out $head, $new, "\n", $tail;
    close $out or die "README.md: $!\n";
}

if (@faults) {
    print STDERR "$_\n" for @faults;
    print STDERR scalar(@faults), " faults; scripts/reason-table.pl write renews the section\n";
    exit 1;
}
print scalar(@order), " reason codes: no fault\n";
