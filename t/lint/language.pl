#!/usr/bin/perl
#
# language.pl FILE...: no sentence of a document or comment has a clause as its
# subject ("What is sent has ...", "Whoever reads ..."); `./dev lint` calls it.
# Titles and questions may begin with these words.

use strict;
use warnings;

my $CLAUSE = qr/(?:What|Whatever|Who|Whoever|Whom|Whose|Whether|Which|How)/;

my $found = 0;

for my $file (@ARGV) {
    my $text = slurp($file);

    for my $part ($file =~ /\.[ch]$/ ? comments($text)
                  : $file =~ /\.(?:md|pod|yaml)$/ ? paragraphs($text)
                  : remarks($text))
    {
        my ($line, $words) = @$part;

        while ($words =~ /(?:^|[.!?]\s+|\*\*)($CLAUSE\b[^.?!]*)(.?)/g) {
            next if $2 eq '?';
            print "$file:$line: a clause is the subject: ",
                  substr($1, 0, 60), "\n";
            $found = 1;
        }
    }
}

exit $found;


sub slurp {
    my ($file) = @_;

    open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    local $/;
    return <$in>;
}


# [ line, text in one line ] of everything that the pattern finds.

sub parts {
    my ($text, $pattern) = @_;

    my @parts;

    while ($text =~ /$pattern/g) {
        my ($part, $begin) = ($+, $-[0]);
        my $line = 1 + (substr($text, 0, $begin) =~ tr/\n//);

        push @parts, [ $line, $part =~ s/^\s*[*#]?\s*|\n\s*[*#]?/ /gr
                                    =~ s/\s+/ /gr =~ s/^ //r ];
    }

    return @parts;
}


sub comments {
    my ($text) = @_;

    return parts($text, qr{/\*(.*?)\*/}s);
}


sub remarks {
    my ($text) = @_;

    return parts($text, qr{^\h*(#[^!\n].*(?:\n\h*#.*)*)}m);
}


# Paragraphs, items of lists and cells of tables; no titles and no code.

sub paragraphs {
    my ($text) = @_;

    $text =~ s{^(```.*?^```)$}{ $1 =~ tr/\n//cdr }gmse;

    return parts($text, qr{^(?:-\ |\d+\.\ |\w+:\ )?([^#|\n\-][^\n]*)}m),
           parts($text, qr{^\|[^\n]*?\|\ ([^|\n]*)}m);
}
