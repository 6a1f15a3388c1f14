# Every path of this repository that a document names is there, and the layout
# of the code in docs/DEVELOPING.md is that of its folders.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my @documents = map { s{^\Q$TOP\E/}{}r }
                grep { -f } "$TOP/README.md",
                glob "$TOP/docs/{*,adr/*} $TOP/debian/*README*";
my $layout = slurp('docs/DEVELOPING.md');


sub slurp {
    my ($file) = @_;

    open my $in, '<', "$TOP/$file" or die "$file: $!\n";
    local $/;
    return <$in>;
}


# Paths begin with a folder of ours.  Words in capitals stand for any name, as
# in t/NN-area/NNN-subject.t, and a path that ends in / is a folder.

my $PATH = qr{(?<![\w./:-]) ( (?: t | protocol | ledger | lmdb_store | tool
    | valkey_store | docs | demo | debian | examples | page | dev\.d
    | ngx_http_whatsauth_module )
    / [\w./-]* )}x;

for my $document (@documents) {
    my $text = slurp($document);
    my %named = map { s/\.$//r => 1 } $text =~ /$PATH/g;
    my @missing = grep { !m{(?:^|[/_-])[A-Z]{2,}(?:[/._-]|$)} && !-e "$TOP/$_" }
                  sort keys %named;

    is "@missing", '', "$document - the paths in it are there";
}

# A test is named by its whole path, or nobody can run it.

for my $document (@documents) {
    my @cut = slurp($document) =~ m{(?<![\w/.-])(\d{3}-[a-z][\w-]*\.t)\b}g;

    is "@cut", '', "$document - tests are named by their paths";
}

# The tables of files, in both directions.  The first column names a folder,
# the last one its files.

sub rows {
    my ($first) = @_;

    my ($table) = $layout =~ /^\| \Q$first\E [^\n]*\n\|-[^\n]*\n(.*?)\n\n/ms
        or die "no table of \"$first\"\n";

    return map { [ split /\s*\|\s*/, s/^\|\s*//r ] } split /\n/, $table;
}

sub same {
    my ($folder, $files) = @_;

    my %named = map { $_ => 1 } $files =~ /`(\w+)`/g;
    my %there = map { m{/(\w+)\.([ch])$} ? ($1 => $2) : () }
                sort { $b cmp $a } glob "$TOP/$folder/*";

    is join(' ', grep { !$there{$_} } sort keys %named), '',
        "$folder - each file that is named is there";
    is join(' ', grep { $there{$_} eq 'c' && !$named{$_} } sort keys %there),
        '', "$folder - each file that is there is named";
}

my %folders = map { $_->[0] => 1 } rows('folder');
my @wings = rows('wing');
my @rooms = rows('room');

same('ngx_http_whatsauth_module/' . $_->[0] =~ tr/`//dr, $_->[-1]) for @wings;
same($_->[0] =~ tr/`//dr, $_->[-1]) for @rooms;

is_deeply [ sort map { $_->[0] =~ tr/`//dr } @wings ],
    [ map { m{([^/]+)/$} } glob "$TOP/ngx_http_whatsauth_module/*/" ],
    'each wing is described, and is there';
my %source = map { m{([^/]+)/[^/]+\.c$} ? ($1 => 1) : () } glob "$TOP/*/*.c";
delete @source{qw( build ngx_http_whatsauth_module )};
is_deeply [ sort map { $_->[0] =~ tr/`//dr } @rooms ], [ sort keys %source ],
    'each room is described, and is there';

is join(' ', grep { !-d "$TOP/" . tr/`//dr } sort keys %folders), '',
    'each folder that is described is there';

# A word has one meaning, hence one row.

my @words = map { $_->[0] } rows('word');
my %words = map { $_ => 1 } @words;
is_deeply \@words, [ sort keys %words ],
    'the lexicon has each word once, in order';

# One row for each folder of t/, and one number for each suite of an area.

my @areas = map { m{^\| `([\w-]+)` } } split /\n/,
            $layout =~ /^(\| folder of t.*?)\n\n/ms ? $1 : '';
is_deeply [ sort @areas ], [ sort map { m{([^/]+)/$} } glob "$TOP/t/*/" ],
    't - each folder is described, and is there';

for my $area (grep { /^\d/ } @areas) {
    my %times;
    $times{$_}++ for map { m{/(\d+)-[^/]+$} } glob "$TOP/t/$area/*.t";
    is_deeply [ grep { $times{$_} > 1 } sort keys %times ], [],
        "t/$area - each suite has a number of its own";
}

done_testing;
