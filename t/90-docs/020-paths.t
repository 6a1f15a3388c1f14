# Every path of this repository that a document names is there, and the layout
# of the code in docs/DEVELOPING.md is that of its folders.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my @documents = map { s{^\Q$TOP\E/}{}r }
                "$TOP/README.md", sort(glob "$TOP/docs/*"),
                glob "$TOP/debian/*README*";
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
    | docs | demo | debian | ngx_http_whatsauth_module ) / [\w./-]* )}x;

for my $document (@documents) {
    my $text = slurp($document);
    my %named = map { s/\.$//r => 1 } $text =~ /$PATH/g;
    my @missing = grep { !m{(?:^|/|-)[A-Z]{2,}(?:[/.-]|$)} && !-e "$TOP/$_" }
                  sort keys %named;

    is "@missing", '', "$document - the paths in it are there";
}

# A test is named by its whole path, or nobody can run it.

for my $document (@documents) {
    my @cut = slurp($document) =~ m{(?<![\w/.-])(\d{3}-[a-z][\w-]*\.t)\b}g;

    is "@cut", '', "$document - tests are named by their paths";
}

# The tables of files, in both directions

sub tabled {
    my ($heading, $column) = @_;

    my ($table) = $layout =~ /^\Q$heading\E.*?\n\n(\|.*?)\n\n/ms
        or die "no table after \"$heading\"\n";

    return map { ((split /\s*\|\s*/)[$column + 1] // '') =~ /`(\w+)`/g }
           split /\n/, $table;
}

sub files {
    my ($folder, $suffix) = @_;

    return map { m{/(\w+)\.$suffix$} } glob "$TOP/$folder/{,*/}*";
}

sub same {
    my ($folder, $heading, $column) = @_;

    my @tabled = tabled($heading, $column);
    my %tabled = map { $_ => 1 } @tabled;
    my %there = map { $_ => 1 } files($folder, '[ch]');

    is join(' ', grep { !$there{$_} } @tabled), '',
        "$folder - each file that is described is there";
    is join(' ', grep { !$tabled{$_} } files($folder, 'c')), '',
        "$folder - each file that is there is described";
}

same('ngx_http_whatsauth_module',
     'A login travels through `ngx_http_whatsauth_module/`', 1);
same('protocol', '`protocol/`:', 0);
same('ledger', '`ledger/`: `ledger.h`', 0);
same('lmdb_store', '`lmdb_store/`: `lmdb_store.h`', 0);

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
