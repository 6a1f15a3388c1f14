# whatsauth_gate_require: values that must hold.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $directive = 'whatsauth_gate_require';

for my $values ('$arg_a', '$arg_a $arg_b', '"$arg_a$arg_b"', '"a ${arg_a}"') {
    accepted("$directive - $values", gated("$directive $values;"));
}

accepted("$directive - in http, for a gate in a location",
         "$directive \$arg_a;\n" . gated());
accepted("$directive - in the server, for a gate in a location",
         gated() =~ s/\bserver \{\K/ $directive \$arg_a;/r);
accepted("$directive - other values in a location",
         gated("$directive \$arg_b;")
         =~ s/\bserver \{\K/ $directive \$arg_a;/r);

refused("$directive - no argument", gated("$directive; # here"),
        qq{invalid number of arguments in "$directive" directive});
refused("$directive - twice in a block",
        gated("$directive \$arg_a;", "$directive \$arg_b; # here"),
        qq{"$directive" directive is duplicate});

for my $wrong ('1', 'off', '""', '$arg_a staff') {
    refused("$directive - $wrong, which always or never holds",
            gated("$directive $wrong; # here"),
            qr/invalid value.* in "$directive" directive, it has no variable/);
}

refused("$directive - a dollar alone", gated("$directive \$; # here"),
        qr/invalid variable name/);
refused("$directive - in limit_except",
        gated('limit_except GET {', "$directive \$arg_a; # here", '}'),
        qq{"$directive" directive is not allowed here});

done_testing;
