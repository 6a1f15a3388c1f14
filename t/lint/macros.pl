#!/usr/bin/perl
#
# macros.pl FILE...: a macro means the same in every file that defines it, but
# for one that its file undefines; `./dev lint` calls it.

use strict;
use warnings;

my %values;
my $found = 0;

for my $file (@ARGV) {
    open my $in, '<', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> };

    $text =~ s/\\\n/ /g;
    $text =~ s{/\*.*?\*/}{}gs;

    my %ends = map { $_ => 1 } $text =~ /^#undef +(\w+)/mg;

    while ($text =~ /^#define +(\w+)(.*)$/mg) {
        my ($name, $value) = ($1, join ' ', split ' ', $2);
        push @{ $values{$name}{$value} }, $file unless $ends{$name};
    }
}

for my $name (sort keys %values) {
    my %of = %{ $values{$name} };
    next if keys %of == 1;

    print "$name differs:\n";
    print "    $_ in @{ $of{$_} }\n" for sort keys %of;
    $found = 1;
}

exit $found;
