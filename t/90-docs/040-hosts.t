# docs/HOSTS.md names each line that a store on other hosts writes into the log,
# with its level, and no other.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( read_file );

my $code = join '', map { read_file($_) =~ s{/\*.*?\*/}{}gsr }
                    sort glob "$TOP/valkey_store/*.c";

# A text in quotes, in pieces or with a number of C in it.
my $TEXT = qr/((?:"(?:[^"\\]|\\.)*"(?:\s*PRI\w+)?\s*)+)/;
my $LEVEL = qr/VALKEY_STORE_(CRIT|ALERT|WARN|NOTICE)/;

sub line {
    my ($level, $text, $has_address) = @_;

    $text = join '', $text =~ s/%"\s*PRI\w+/%u"/gr =~ /"((?:[^"\\]|\\.)*)"/g;
    $text =~ s/%[ul]?[a-zA-Z]/.../g;

    return lc($level) . ($has_address ? ' ...: ' : ' ') . $text;
}

my %said;

while ($code =~ /\bvalkey_store_trouble\([^";{]*?$LEVEL,\s*
                ([^,"]+),\s*$TEXT/gx)
{
    $said{line($1, $3, $2 ne 'NULL')} = 1;
}

# The names of a row in a line that is made up before.

while ($code =~ /\bsnprintf\(line,\s*sizeof\(line\),\s*$TEXT,
                \s*\w+\s*\?\s*"(\w+)"\s*:\s*"(\w+)"/gx)
{
    my ($text, @rows) = ($1, $2, $3);
    $said{line('crit', $text =~ s/%s/$_/r =~ s/\\"%s\\"/%s/r)} = 1 for @rows;
}

# Faults of a server, and of what lies in the store.

$said{line($1, $2, 1)} = 1 while $code =~ /\{\s*\w+,\s*$LEVEL,\s*$TEXT\}/g;
$said{line($1, $2)} = 1 while $code =~ /io->log\([^";]*?$LEVEL,\s*$TEXT/g;
$said{line('crit', $1)} = 1
    while $code =~ /\bvalkey_store_opening_refuse\([^";]*?$TEXT/g;

my ($table) = read_file("$TOP/docs/HOSTS.md")
              =~ /^## What to watch\n.*?^(\| level .*?)\n\n/ms;
my %documented = map { s/ +\| `/ /r => 1 } $table =~ /^\| (\w+ +\| `[^`]+)`/mg;

cmp_ok scalar(keys %said), '>', 10, 'the code - has lines for the log';
is join("\n", grep { !$documented{$_} } sort keys %said), '',
    'each line - has its entry';
is join("\n", grep { !$said{$_} } sort keys %documented), '',
    'each entry - is written somewhere';

done_testing;
