#!/usr/bin/perl
#
# style.pl FILE...: the rules that no common tool checks; `./dev lint` calls it.

use strict;
use warnings;

my $found = 0;

for my $file (@ARGV) {
    my $code = $file =~ /\.[ch]$/;
    my $script = $file =~ m{\.(?:t|p[lm]|sh|mk|m?js|css)$|^dev$|/run$
                            |^demo/(?:whats|server)}x;

    open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> };
    my ($line, $begin) = (0, 0);

    my $say = sub { print "$file:$line: $_[0]\n"; $found = 1 };

    for (split /\n/, $text) {
        $line++;
        $say->('tab') if /\t/;
        $say->('trailing blank') if /[ \t\r]$/;
        $say->('over 80 columns') if ($code || $script) && length > 80;
        $say->('reminder') if /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/;
        $say->('// comment') if $code && m{^[^"]*(?<!:)//};
        $say->('only one block may run') if /^--- ONLY\b/;

        # A function's name and its closing brace begin a line.
        $begin = $line if $code && /^\w+\(.*[^;]$/;
        $begin = $line if $script && /^(?:sub \w+|\w+\(\)) \{$/;

        if (/^\}/) {
            $say->('function of more than 80 lines')
                if $begin && $line - $begin > 80;
            $begin = 0;
        }
    }

    $say->('no newline at the end') if length $text && $text !~ /\n\z/;
    $say->('blank lines at the end') if $text =~ /\n\n\z/;
    $say->('more than 500 lines') if $file =~ m{^(?!t/).*[.]c$} && $line > 500;
}

exit $found;
