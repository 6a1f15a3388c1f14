#!/usr/bin/perl
#
# unicode.pl FOLDER: unicode_table.h out of the Unicode Character Database;
# `./dev unicode` writes it, `./dev lint` compares.

use strict;
use warnings;

my $folder = shift // die "usage: unicode.pl FOLDER\n";

my ($version, @ignorable)
    = property('DerivedCoreProperties.txt', 'Default_Ignorable_Code_Point');
my (undef, @space) = property('PropList.txt', 'White_Space');
my (undef, @quote) = property('PropList.txt', 'Quotation_Mark');

print <<"END";

/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 */


/*
 * Made by unicode.pl from the Unicode Character Database $version:
 * DerivedCoreProperties.txt, PropList.txt and CaseFolding.txt, which are
 * copyright Unicode, Inc.; debian/copyright has their terms.
 */


#define WHATSAUTH_UNICODE_VERSION  "$version"
END

print_ranges('ignorables', @ignorable);
print_ranges('spaces', @space);
print_ranges('quotes', @quote);
print_folds(folds());


# The version of a file, and its lines without comments.

sub content {
    my ($name) = @_;

    open my $in, '<', "$folder/$name" or die "$folder/$name: $!\n";
    my @lines = <$in>;

    my ($found) = $lines[0] =~ /-([\d.]+)[.]txt$/
        or die "$folder/$name: no version in its first line\n";

    return ($found, map { s/\s*(?:#.*)?\n//r } @lines);
}


# The version, and the ranges that have a property, adjacent ones as one.

sub property {
    my ($name, $wanted) = @_;

    my ($found, @lines) = content($name);
    my @ranges;

    for (@lines) {
        /^(\w+)(?:[.][.](\w+))?\s*;\s*$wanted$/ or next;
        my ($first, $last) = (hex $1, hex($2 // $1));

        if (@ranges && $ranges[-1][1] + 1 == $first) {
            $ranges[-1][1] = $last;
        } else {
            push @ranges, [$first, $last];
        }
    }

    die "$folder/$name: no $wanted\n" if !@ranges;

    return ($found, @ranges);
}


# One character to one: the statuses C (common) and S (simple).  Neighbours
# that fold by the same distance are one row; where capital and small letters
# alternate, a row has every second character.

sub folds {
    my ($found, @lines) = content('CaseFolding.txt');
    my @rows;

    die "$folder: files of two versions\n" if $found ne $version;

    for (@lines) {
        /^(\w+); [CS]; (\w+);$/ or next;
        my ($from, $to) = (hex $1, hex $2);
        my $row = $rows[-1];
        my $gap = $row ? $from - $row->{last} : 0;

        if ($row && $row->{distance} == $to - $from
            && ($row->{first} == $row->{last} ? $gap <= 2
                                              : $gap == $row->{step}))
        {
            @$row{qw(last step)} = ($from, $gap);
        } else {
            push @rows, { first => $from, last => $from, step => 1,
                          distance => $to - $from };
        }
    }

    return @rows;
}


sub print_ranges {
    my ($name, @ranges) = @_;

    print "\n\nstatic const whatsauth_unicode_range_t  ",
          "whatsauth_unicode_$name\[] = {\n",
          join(",\n", map { sprintf '    { 0x%04x, 0x%04x }', @$_ } @ranges),
          "\n};\n";
}


sub print_folds {
    my (@rows) = @_;

    print "\n\nstatic const whatsauth_unicode_fold_t  ",
          "whatsauth_unicode_folds[] = {\n",
          join(",\n", map { sprintf '    { { 0x%04x, 0x%04x }, %d, %d }',
                            @$_{qw(first last step distance)} } @rows),
          "\n};\n";
}
