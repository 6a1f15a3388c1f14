#!/usr/bin/perl
#
# arrows.pl [FOLDER]: a room includes only rooms below it, and in the module
# the door alone names an engine; `./dev lint` calls it.  FOLDER holds the
# rooms, by default the current one.

use strict;
use warnings;

my $MODULE = 'ngx_http_whatsauth_module';

# The rooms that each room may include besides itself.
my %BELOW = (
    protocol     => [],
    ledger       => [],
    lmdb_store   => [qw(ledger)],
    valkey_store => [qw(ledger)],
    tool         => [qw(protocol ledger lmdb_store valkey_store)],
    kit          => [qw(protocol ledger)],
    door         => [qw(kit protocol ledger lmdb_store valkey_store)],
    wire         => [qw(kit protocol)],
    provider     => [qw(wire door kit protocol ledger)],
    journey      => [qw(provider wire door kit protocol ledger)],
    face         => [qw(journey provider wire door kit protocol ledger)],
    login        => [qw(face journey provider wire door kit protocol ledger)],
    gate         => [qw(login face journey provider wire door kit protocol
                        ledger)],
    setup        => [qw(gate login face journey provider wire door kit protocol
                        ledger)],
    module       => [qw(setup gate login face journey provider wire door kit
                        protocol ledger)],
);

# The names of engines in code and comments.
my $ENGINE = qr/\b(?:lmdb|mdb_|commit_ring|changed_log|valkey_store)\w*/i;

# Includes that still run up, each as "FILE HEADER"; the fewer the better.
my %EXCEPTION = map { $_ => 1 } grep { !/^#/ } map { s/\s+$//r } <DATA>;

my ($top) = (@ARGV, '.');
my $found = 0;

for my $file (files()) {
    my $room = room($file);
    my %below = map { $_ => 1 } $room, @{ $BELOW{$room} };

    if ($file =~ /^$MODULE\b/ && room($file) ne 'door'
        && contents("$top/$file") =~ /($ENGINE)/)
    {
        complain("$file: only the door may name an engine, not \"$1\"");
    }

    for my $header (headers("$top/$file")) {
        my ($to) = $header =~ m{^(\w+)/} or next;

        if (!$BELOW{$to}) {
            complain("$file: \"$header\" is in no room");

        } elsif (!$below{$to} && !delete $EXCEPTION{"$file $header"}) {
            complain("$file: $room must not include \"$header\"");
        }
    }
}

complain("no such include any more: $_") for sort keys %EXCEPTION;

exit $found;


sub complain {
    print "$_[0]\n";
    $found = 1;
}


sub files {
    return map { s{^\Q$top\E/}{}r }
           map { sort glob "$top/$_/*.[ch]" }
           qw(protocol ledger lmdb_store valkey_store tool), $MODULE,
           "$MODULE/*";
}


sub room {
    my ($file) = @_;

    return $1 if $file =~ m{^$MODULE/(\w+)/};
    return $file =~ m{^$MODULE/} ? 'module' : $file =~ s{/.*}{}r;
}


sub headers {
    my ($file) = @_;

    return contents($file) =~ /^#include "([^"]+)"/mg;
}


sub contents {
    my ($file) = @_;

    open my $in, '<', $file or die "$file: $!\n";
    return do { local $/; <$in> } // '';
}

__DATA__
