# Each rule of t/lint reports what it forbids, and nothing that it allows.

use strict;
use warnings;

use File::Basename qw( dirname );
use File::Path qw( make_path );
use File::Temp qw( tempdir );
use Test::More;

my $MODULE = 'ngx_http_whatsauth_module';

my $folder = tempdir(CLEANUP => 1);


sub write_file {
    my ($name, $text) = @_;

    make_path(dirname("$folder/$name"));
    open my $out, '>', "$folder/$name" or die "$name: $!\n";
    print $out $text;
    close $out;
}


# The complaints of a rule.

sub said {
    my ($rule, @arguments) = @_;

    return `perl t/lint/$rule.pl @arguments`;
}


sub function {
    my ($name) = @_;

    return "\n\nstatic int\n$name(void)\n{\n    return 1;\n}\n";
}

# arrows.pl

write_file("$MODULE/kit/a.c", qq{#include "kit/a.h"\n#include "ledger/l.h"\n});
write_file("$MODULE/kit/b.c", qq{#include "face/f.h"\n});
write_file("$MODULE/wire/c.c", qq{#include "lmdb_store/lmdb_store.h"\n});
write_file("$MODULE/wire/d.c", qq{#include "cellar/lmdb_store.h"\n});

write_file("$MODULE/wire/e.c", "/* LMDB has it at once. */\n");
write_file("$MODULE/door/f.c", qq{#include "lmdb_store/lmdb_store.h"\n});

my $arrows = said('arrows', $folder);

unlike $arrows, qr{kit/a\.c}, 'arrows - a room below';
like $arrows, qr{^$MODULE/kit/b\.c: kit must not include "face/f\.h"$}m,
    'arrows - a room above';
like $arrows, qr{^$MODULE/wire/c\.c: wire must not include}m,
    'arrows - an engine';
like $arrows, qr{wire/d\.c: "cellar/lmdb_store\.h" is in no room$}m,
    'arrows - no room';

like $arrows, qr{^$MODULE/wire/e\.c: only the door may name an engine}m,
    'arrows - the name of an engine';
unlike $arrows, qr{door/f\.c}, 'arrows - the door may';

# statics.pl

my %static = (
    "$MODULE/kit/log.c" => [ 'ngx_http_whatsauth_log_line',
                             'ngx_http_whatsauth_logs' ],
    'protocol/url.c' => [ 'whatsauth_url_port', 'whatsauth_port' ],
    'ledger/hash.c' => [ 'ledger_hash_one', 'ledger_one' ],
    'lmdb_store/mark.c' => [ 'lmdb_store_mark_key', 'lmdb_store_key' ],
    'lmdb_store/commit_ring_lead.c' => [ 'commit_ring_lead_on',
                                         'lmdb_store_commit_ring_lead_on' ],
    'tool/whatsauth_store.c' => [ 'whatsauth_store_dump', 'dump' ],
);

write_file($_, join '', map { function($_) } @{ $static{$_} })
    for sort keys %static;

my $statics = said('statics', $folder);

for my $file (sort keys %static) {
    my ($good, $bad) = @{ $static{$file} };

    unlike $statics, qr/\b$good\(/, "statics - $file, $good()";
    like $statics, qr/^\Q$file: $bad() must begin with \E/m, "and $bad()";
}

# macros.pl

write_file('one.h', "#define A_MAX  10\n#define B_MAX  20\n#define C(x)  x\n"
    . "#undef C\n#define D_MAX  (1 \\\n    + 2)\n");
write_file('two.h', "#define A_MAX  11\n#define B_MAX  20\n#define C(x)  2\n"
    . "#undef C\n#define D_MAX  (1 + 2)  /* three */\n");

my $macros = said('macros', "$folder/one.h", "$folder/two.h");

like $macros, qr/^A_MAX differs:\n +10 in \S+one\.h\n +11 in \S+two\.h\n/m,
    'macros - two values';
is(() = $macros =~ /differs/g, 1, 'macros - and the same values');

# language.pl

my %language = (
    'a.c' => [ "/*\n * Keys grow.  What\n * is left goes.\n */\n", 1 ],
    'a.h' => [ "int a;      /* whose key it is: What for? */\n" ],
    'a.md' => [ "# What differs\n\nKeys grow.\n\n- Who reads, pays.\n", 5 ],
    'b.md' => [ "| a | b |\n|---|---|\n| x | What comes |\n", 3 ],
    'c.md' => [ "Is it?  Who knows?  It grows.\n\n```sh\n# What now\n```\n" ],
    'a.t' => [ "use strict;\n\n# Whoever reads this\n", 3 ],
    'b.t' => [ "# The readers\n" ],
);

for my $name (sort keys %language) {
    my ($text, $line) = @{ $language{$name} };

    write_file($name, $text);

    my $language = said('language', "$folder/$name");

    defined $line ? like $language, qr/^\Q$folder\/$name\E:$line: a clause /,
                        "language - $name"
                  : is $language, '', "language - $name, nothing";
}

# style.pl

my $body = "\n    x = 1;";

my %style = (
    'tab' => [ 'a.c', "int\tx;\n" ],
    'trailing blank' => [ 'a.c', "int x; \n" ],
    'over 80 columns' => [ 'a.c', '/* ' . 'x' x 80 . " */\n" ],
    'reminder' => [ 'a.md', 'TO' . "DO: more\n" ],
    '// comment' => [ 'a.c', "int x;  // one\n" ],
    'only one block may run' => [ 'a.t', "--- ON" . "LY\n" ],
    'function of more than 80 lines' => [ 'a.c', "static void\nf(void)\n{"
        . $body x 80 . "\n}\n" ],
    'no newline at the end' => [ 'a.c', 'int x;' ],
    'blank lines at the end' => [ 'a.c', "int x;\n\n" ],
    'more than 500 lines' => [ 'a.c', "int x;\n" x 501 ],
);

for my $rule (sort keys %style) {
    my ($name, $text) = @{ $style{$rule} };

    write_file($name, $text);
    like said('style', "$folder/$name"), qr/: \Q$rule\E$/m, "style - $rule";
}

write_file('b.c', "/* http://host/ */\n\nstatic void\nf(void)\n{"
    . $body x 78 . "\n}\n" . function('g') x 50);
is said('style', "$folder/b.c"), '', 'style - nothing of all that';

done_testing;
