# $whatsauth_* in all places where nginx takes variables: map, log_format,
# access_log's if, add_header; and in locations without the module.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );

my $folder = slot_folder();
my $nginx = start_nginx(
    http => <<"END",
    map \$whatsauth_result \$kind {
        default   refused;
        issued    good;
        found     good;
        ''        foreign;
    }
    map \$whatsauth_app \$is_demo {
        default   0;
        demo      1;
    }
    map "\$whatsauth_app:\$whatsauth_result" \$odd {
        default             0;
        ~^demo:invalid_     1;
    }
    log_format by_map '\$uri \$kind \$is_demo "\$whatsauth_id"';
END
    location => 'whatsauth on; add_header X-Result $whatsauth_result always;',
    server => <<"END");
        access_log $folder/all by_map;
        access_log $folder/demo by_map if=\$is_demo;
        access_log $folder/odd by_map if=\$odd;

        location = /beside {
            return 200 "[\$whatsauth_app|\$whatsauth_id|\$whatsauth_result]";
        }
END

my %bearer = (Authorization => "Bearer $TOKEN");

# A worker writes its line after the answer: they come in any order.

sub lines {
    my ($name, $wanted) = @_;

    my @lines;
    wait_until {
        @lines = grep { !m{^/callback } } split /\n/,
                 try_read_file("$folder/$name");
        @lines >= $wanted;
    } 2;

    return [ sort @lines ];
}

my $answer = $nginx->issue;
my $id = $answer->{headers}{'whatsauth-id'};
is $answer->{headers}{'x-result'}, 'issued', 'add_header - of a code';

is $nginx->get('/api/v1/verification_code')->{headers}{'x-result'},
    'invalid_token', 'add_header - of an error';
$nginx->issue(qr => 2);
$nginx->get("/api/v1/verification/$id", \%bearer);
is $nginx->get('/beside')->{body}, '[||]',
    'a location of another handler - all are empty';

my $path = '/api/v1/verification';

is_deeply lines('all', 5), [ sort
    qq{${path}_code good 1 "$id"},
    qq{${path}_code refused 0 "-"},
    qq{${path}_code refused 1 "-"},
    qq{$path/$id good 1 "$id"},
    '/beside foreign 0 "-"',
], 'map - by what the request ended with, and by app';

is_deeply lines('demo', 3), [ sort
    qq{${path}_code good 1 "$id"},
    qq{${path}_code refused 1 "-"},
    qq{$path/$id good 1 "$id"},
], 'access_log - the requests of one app';

is_deeply lines('odd', 1), [ qq{${path}_code refused 1 "-"} ],
    'access_log - those of an app that were refused';

$nginx->stop;
done_testing;
