# whatsauth_gate_numbers: numbers, a file of them, or any.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $directive = 'whatsauth_gate_numbers';

for my $numbers ('any', '+56911111111', '+56911111111 +56922222222',
                 '"+56 9 1111-1111"', '56911111111')
{
    accepted("$directive - $numbers", gated("$directive $numbers;"));
}

accepted("$directive - in http, for a gate in a location",
         "$directive +56911111111;\n" . gated());
accepted("$directive - in the server, for a gate in a location",
         gated() =~ s/\bserver \{\K/ $directive +56911111111;/r);
accepted("$directive - in a location, for a gate in http",
         "whatsauth_gate demo;\n"
         . (gated("$directive any;") =~ s/whatsauth_gate demo;//r
                  =~ s/\bserver \{\K/ $directive any;/r));
accepted("$directive - other numbers in a location",
         gated("$directive +56911111111;")
         =~ s/\bserver \{\K/ $directive any;/r);

refused("$directive - no argument", gated("$directive; # here"),
        qq{invalid number of arguments in "$directive" directive});
refused("$directive - twice in a block",
        gated("$directive any;", "$directive +56911111111; # here"),
        qq{"$directive" directive is duplicate});

my %reason = (
    '""'          => 'is empty',
    '911111111x'  => 'has a character that no phone number has',
    '0911111111'  => 'begins with 0: write it with \+ and the country code',
    '+123'        => qr/.*/,
    '+56911111111,+56922222222' => 'has a character that no phone number has',
    '+56911111111 any' => 'has a character that no phone number has',
    '+56911111111 file:staff' => 'has a character that no phone number has',
    'any any'     => 'has a character that no phone number has',
    'Any'         => 'has a character that no phone number has',
);

for my $wrong (sort keys %reason) {
    refused("$directive - $wrong", gated("$directive $wrong; # here"),
            qr/invalid phone number.* in "$directive" .*: it $reason{$wrong}/);
}

refused("$directive - in if",
        gated('if ($arg_a) {', "$directive any; # here", '}'),
        qq{"$directive" directive is not allowed here});


# Files.

sub file {
    my ($content) = @_;

    conf_file('staff', $content);

    return gated("$directive file:staff; # here");
}

accepted("$directive - a file, its name relative to the configuration",
         file("+56911111111\n56922222222\n"));
accepted("$directive - a file by its whole name",
         file("+56911111111\n") =~ s{file:}{'file:' . conf_folder() . '/'}er);
accepted("$directive - a file with comments, blanks and empty lines",
         file("# staff\n\n  +56 9 1111 1111\t# Ana\n\n#+1\n+56922222222"));
accepted("$directive - a file of Windows",
         file("\xef\xbb\xbf# staff\r\n+56911111111\r\n\r\n"));
accepted("$directive - a file with 20,000 numbers",
         file(join '', map { "+569$_\n" } 20_000_000 .. 20_019_999));

refused("$directive - a file with a wrong line", file("+56911111111\n\nAna\n"),
        qr/invalid phone number "Ana" in ".*\/staff:3" of "$directive" .*/);
refused("$directive - a file with two numbers in a line",
        file("+56911111111 +56922222222\n"),
        qr/invalid phone number .*\/staff:1" of "$directive" directive: it .*/);
refused("$directive - a file that is a secret's, which is not shown",
        file("not-to-be-shown-in-a-log\n"),
        qr/invalid phone number in ".*\/staff:1" of "$directive" .*: it .*/);
refused("$directive - an empty file", file(''),
        qr/there is no phone number in ".*\/staff" of "$directive" directive/);
refused("$directive - a file of comments", file("# +56911111111\n"),
        qr/there is no phone number in ".*\/staff" of "$directive" directive/);
refused("$directive - no path", gated("$directive file:; # here"),
        qq{no path after "file:" in "$directive" directive});
refused("$directive - a file that is not there",
        gated("$directive file:none; # here"),
        qr/open\(\) ".*\/none" of "$directive" directive failed \(2: .*\)/);
refused("$directive - a folder", gated("$directive file:.; # here"),
        qr/".*" of "$directive" directive must be a regular file of .*/);

done_testing;
