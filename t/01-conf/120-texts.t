# link_message and the three replies: texts of an app.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $umlaut = "\xc3\xbc";
my @replies = qw( response_message expiration_message failure_message );
my %longest = (link_message => 256, map { $_ => 512 } @replies);

for my $directive ('link_message', @replies) {
    my $most = $longest{$directive};

    accepted("$directive - $_->[0]", app_with("$directive $_->[1];")) for
        [ 'a word', 'Hello' ],
        [ 'quotes and a backslash', '"a \"b\" \\\\ \'c\'"' ],
        [ 'a dollar', '"$host ${x} $1 $"' ],
        [ 'UTF-8', '"caf' . "\xc3\xa9 \xf0\x9f\x98\x80" . '"' ],
        [ 'a new line', "\"one\ntwo\"" ],
        [ "$most bytes", 'x' x $most ],
        [ "$most bytes of UTF-8", $umlaut x ($most / 2) ];

    refused("$directive - $_->[0]", app_with("$directive $_->[1];"),
            qq{the text in "$directive" directive $_->[2]}) for
        [ $most + 1 . ' bytes', 'x' x ($most + 1),
          "is longer than $most bytes" ],
        [ 'Latin-1', "caf\xe9", 'is not valid UTF-8' ],
        [ 'half a letter', "x\xc3", 'is not valid UTF-8' ];

    refused("$directive - twice",
            app_with("$directive one;", "$directive two;"),
            qq{"$directive" directive is duplicate});

    for my $arguments ('', ' one two') {
        refused("$directive - arguments:$arguments",
                app_with("$directive$arguments;"),
                qq{invalid number of arguments in "$directive" directive});
    }
}

for my $text ('>>0123456789<<', "x \xc2\xbbABCDEF0123\xc2\xab",
              '>>0123456789<< >>9876543210<<', '&gt;&gt;0123456789&lt;&lt;')
{
    refused("link_message - a code in it: $text",
            app_with("link_message \"$text\";"),
            'the text in "link_message" directive holds a code');
    accepted("response_message - a code in it: $text",
             app_with("response_message \"$text\";"));
}

done_testing;
